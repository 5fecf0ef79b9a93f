"""Whether, and with which lane, reranking is worth it: published figures beside today's prices and this installation's
own latencies, a workload's month, a recommendation with the rule it follows, and the strategies explained."""
