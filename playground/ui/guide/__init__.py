"""The Guide page: whether and how to rerank with an LLM, and what a workload costs."""
