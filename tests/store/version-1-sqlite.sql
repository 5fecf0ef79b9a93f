BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('1');
CREATE TABLE evaluations (
	number INTEGER NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	user TEXT NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	settings TEXT NOT NULL, 
	made TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "evaluations" VALUES(1,'0000000000000003','ada','36485195a2939ae84b213318366cc1652518cf5ed0804c5dcf69dcb64de97570','{"lanes": ["bm25"], "seed": 1}','2026-11-24T09:00:00+00:00');
CREATE TABLE labels (
	user TEXT NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	turn INTEGER NOT NULL, 
	"query" TEXT NOT NULL, 
	document TEXT NOT NULL, 
	content TEXT NOT NULL, 
	grade INTEGER, 
	grader TEXT NOT NULL, 
	note TEXT NOT NULL, 
	made TEXT NOT NULL, 
	PRIMARY KEY (user, "key")
);
INSERT INTO "labels" VALUES('ada','ff741f3ac67817ddffe215fad02ded636b4309fdb33fa60f5a3799fd77eeb5f5',1,'do whales sleep','a','cbaa06345865bcbe27f0bc3e85153d8f68a6c55d1d211a7c03e78e56496f07a4',3,'Ada','it says so','2026-11-24T09:00:00+00:00');
INSERT INTO "labels" VALUES('ada','a22d13489544212c6ce022d18a8b839a792ea4479bfa07dd63fc44b64698b42d',2,'do whales sleep','b','c111e5049f82ab7bfcf1a710fe5fb87973a57a84e0e1edfdcbe237f241e27240',NULL,'Ada','','2026-11-24T09:00:00+00:00');
CREATE TABLE outcomes (
	evaluation INTEGER NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	lane TEXT NOT NULL, 
	query_id TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	PRIMARY KEY (evaluation, "key"), 
	FOREIGN KEY(evaluation) REFERENCES evaluations (number) ON DELETE CASCADE
);
INSERT INTO "outcomes" VALUES(1,'183433ee17c8dd61ce84751ebf3736e471d027ec49ce0c58723b80ff33005919','bm25','q1','{"order": ["a", "b"], "cost_usd": null}');
CREATE TABLE query_sets (
	number INTEGER NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	user TEXT NOT NULL, 
	name TEXT NOT NULL, 
	made TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "query_sets" VALUES(1,'0000000000000002','ada','whales','2026-11-24T09:00:00+00:00');
CREATE TABLE runs (
	number INTEGER NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	user TEXT NOT NULL, 
	made TEXT NOT NULL, 
	"query" TEXT NOT NULL, 
	domain TEXT NOT NULL, 
	documents INTEGER NOT NULL, 
	lanes TEXT NOT NULL, 
	note TEXT NOT NULL, 
	searched TEXT NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
INSERT INTO "runs" VALUES(1,'0000000000000001','ada','2026-11-24T09:00:00+00:00','do whales sleep','general',2,'[["bm25", "complete"]]','a note – 100%','do whales sleep
a note – 100%
bm25','{
 "schema": 1,
 "made": "2026-11-24T09:00:00+00:00",
 "task": {
  "query": "do whales sleep",
  "documents": [
   {
    "id": "a",
    "content": "Whales\tdoze. 🐋",
    "title": "Wale",
    "metadata": {
     "year": "1999"
    },
    "first_stage_score": 0.5
   },
   {
    "id": "b",
    "content": "Boats, ''quoted'' \\ 100%.",
    "title": "",
    "metadata": {},
    "first_stage_score": null
   }
  ],
  "domain": {
   "name": "general",
   "title": "General",
   "role": "You judge search results for a reader who wants the question answered, correctly and now.",
   "priorities": [
    "answers the question that was asked, not a neighbouring one",
    "specific facts over general talk",
    "current over outdated where time matters"
   ],
   "rubric": [
    "nothing to do with the query",
    "same subject, no help",
    "touches the query; part of an answer at best",
    "answers most of it",
    "answers it fully"
   ],
   "shows": [
    "source",
    "date"
   ]
  }
 },
 "lanes": [
  {
   "name": "bm25",
   "strategy": "score",
   "model": "bm25",
   "words": "bm25"
  }
 ],
 "events": [
  {
   "lane": 0,
   "at": 0.0007215229998109862,
   "plan": {
    "calls": [
     1,
     1
    ],
    "rounds": [
     1,
     1
    ],
    "tokens": [
     20,
     20
    ],
    "cost_usd": [
     "0",
     "0"
    ],
    "seconds": null
   },
   "event": "lane_started"
  },
  {
   "lane": 0,
   "at": 0.7158333119987219,
   "phase": "rank",
   "round": 1,
   "ask": {
    "form": "score",
    "shown": [
     "a",
     "b"
    ],
    "model": "bm25",
    "trial": 0
   },
   "judgment": {
    "verdict": "ranked",
    "order": [
     "a",
     "b"
    ],
    "grades": {
     "a": 0.36481431126594543,
     "b": 0.0
    },
    "reasons": {},
    "quotes": {},
    "repairs": [],
    "mass": null,
    "seen": {
     "a": 14,
     "b": 23
    },
    "why": ""
   },
   "calls": [
    {
     "payload": {
      "query": "do whales sleep",
      "texts": [
       "Wale\nWhales\tdoze. 🐋",
       "Boats, ''quoted'' \\ 100%."
      ]
     },
     "reply": {
      "content": [
       0.36481431126594543,
       0.0
      ],
      "model": "bm25s",
      "seconds": 0.022930514000108815,
      "stop": "end",
      "usage": {
       "input": 0,
       "cached": 0,
       "cache_write": 0,
       "output": 0,
       "reasoning": 0,
       "searches": 0
      },
      "cached": false,
      "seen": [
       19,
       23
      ],
      "logprobs": null
     },
     "cost_usd": "0",
     "attempts": 1
    }
   ],
   "event": "answered"
  },
  {
   "lane": 0,
   "at": 0.716087298000275,
   "ranking": {
    "items": [
     {
      "id": "a",
      "rank": 1,
      "score": 0.36481431126594543,
      "grade": null,
      "reason": null,
      "quote": null,
      "provenance": [
       "judged"
      ],
      "stage": "bm25",
      "earlier": [],
      "why": "",
      "seen": 14
     },
     {
      "id": "b",
      "rank": 2,
      "score": 0.0,
      "grade": null,
      "reason": null,
      "quote": null,
      "provenance": [
       "judged"
      ],
      "stage": "bm25",
      "earlier": [],
      "why": "",
      "seen": 23
     }
    ],
    "details": {}
   },
   "event": "lane_finished"
  },
  {
   "at": 0.7161837889998424,
   "halted": "",
   "warnings": [],
   "event": "run_finished"
  }
 ],
 "qrels": {
  "a": 3
 },
 "warnings": [],
 "checks": [],
 "libraries": {}
}');
CREATE TABLE set_queries (
	query_set INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	query_id TEXT NOT NULL, 
	"query" TEXT NOT NULL, 
	domain TEXT, 
	name TEXT NOT NULL, 
	note TEXT NOT NULL, 
	documents TEXT NOT NULL, 
	qrels TEXT NOT NULL, 
	warnings TEXT NOT NULL, 
	PRIMARY KEY (query_set, position), 
	FOREIGN KEY(query_set) REFERENCES query_sets (number) ON DELETE CASCADE
);
INSERT INTO "set_queries" VALUES(1,0,'q1','do whales sleep','legal','n','o','[{"id": "a", "content": "Whales\tdoze. \ud83d\udc0b", "title": "Wale", "metadata": {"year": "1999"}, "first_stage_score": 0.5}, {"id": "b", "content": "Boats, ''quoted'' \\ 100%.", "title": "", "metadata": {}, "first_stage_score": null}]','{"a": 3}','["w"]');
INSERT INTO "set_queries" VALUES(1,1,'q2','boats',NULL,'','','[{"id": "b", "content": "Boats, ''quoted'' \\ 100%.", "title": "", "metadata": {}, "first_stage_score": null}]','{}','[]');
CREATE INDEX runs_by_user ON runs (user, number);
CREATE INDEX query_sets_by_user ON query_sets (user, number);
CREATE INDEX evaluations_by_settings ON evaluations (user, hash, number);
COMMIT;
