SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.evaluations (
    number integer NOT NULL,
    id character varying(16) NOT NULL,
    "user" text NOT NULL,
    hash character varying(64) NOT NULL,
    settings text NOT NULL,
    made text NOT NULL
);
CREATE SEQUENCE public.evaluations_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.evaluations_number_seq OWNED BY public.evaluations.number;
CREATE TABLE public.labels (
    "user" text NOT NULL,
    key character varying(64) NOT NULL,
    turn integer NOT NULL,
    query text NOT NULL,
    document text NOT NULL,
    content text NOT NULL,
    grade integer,
    grader text NOT NULL,
    note text NOT NULL,
    made text NOT NULL
);
CREATE TABLE public.outcomes (
    evaluation integer NOT NULL,
    key character varying(64) NOT NULL,
    lane text NOT NULL,
    query_id text NOT NULL,
    outcome text NOT NULL
);
CREATE TABLE public.query_sets (
    number integer NOT NULL,
    id character varying(16) NOT NULL,
    "user" text NOT NULL,
    name text NOT NULL,
    made text NOT NULL
);
CREATE SEQUENCE public.query_sets_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.query_sets_number_seq OWNED BY public.query_sets.number;
CREATE TABLE public.runs (
    number integer NOT NULL,
    id character varying(16) NOT NULL,
    "user" text NOT NULL,
    made text NOT NULL,
    query text NOT NULL,
    domain text NOT NULL,
    documents integer NOT NULL,
    lanes text NOT NULL,
    note text NOT NULL,
    searched text NOT NULL,
    record text NOT NULL
);
CREATE SEQUENCE public.runs_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.runs_number_seq OWNED BY public.runs.number;
CREATE TABLE public.set_queries (
    query_set integer NOT NULL,
    "position" integer NOT NULL,
    query_id text NOT NULL,
    query text NOT NULL,
    domain text,
    name text NOT NULL,
    note text NOT NULL,
    documents text NOT NULL,
    qrels text NOT NULL,
    warnings text NOT NULL
);
ALTER TABLE ONLY public.evaluations ALTER COLUMN number SET DEFAULT nextval('public.evaluations_number_seq'::regclass);
ALTER TABLE ONLY public.query_sets ALTER COLUMN number SET DEFAULT nextval('public.query_sets_number_seq'::regclass);
ALTER TABLE ONLY public.runs ALTER COLUMN number SET DEFAULT nextval('public.runs_number_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('1');
INSERT INTO public.evaluations VALUES (1, '0000000000000003', 'ada', '36485195a2939ae84b213318366cc1652518cf5ed0804c5dcf69dcb64de97570', '{"lanes": ["bm25"], "seed": 1}', '2026-11-24T09:00:00+00:00');
INSERT INTO public.labels VALUES ('ada', 'ff741f3ac67817ddffe215fad02ded636b4309fdb33fa60f5a3799fd77eeb5f5', 1, 'do whales sleep', 'a', 'cbaa06345865bcbe27f0bc3e85153d8f68a6c55d1d211a7c03e78e56496f07a4', 3, 'Ada', 'it says so', '2026-11-24T09:00:00+00:00');
INSERT INTO public.labels VALUES ('ada', 'a22d13489544212c6ce022d18a8b839a792ea4479bfa07dd63fc44b64698b42d', 2, 'do whales sleep', 'b', 'c111e5049f82ab7bfcf1a710fe5fb87973a57a84e0e1edfdcbe237f241e27240', NULL, 'Ada', '', '2026-11-24T09:00:00+00:00');
INSERT INTO public.outcomes VALUES (1, '183433ee17c8dd61ce84751ebf3736e471d027ec49ce0c58723b80ff33005919', 'bm25', 'q1', '{"order": ["a", "b"], "cost_usd": null}');
INSERT INTO public.query_sets VALUES (1, '0000000000000002', 'ada', 'whales', '2026-11-24T09:00:00+00:00');
INSERT INTO public.runs VALUES (1, '0000000000000001', 'ada', '2026-11-24T09:00:00+00:00', 'do whales sleep', 'general', 2, '[["bm25", "complete"]]', 'a note – 100%', 'do whales sleep
a note – 100%
bm25', '{
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
INSERT INTO public.set_queries VALUES (1, 0, 'q1', 'do whales sleep', 'legal', 'n', 'o', '[{"id": "a", "content": "Whales\tdoze. \ud83d\udc0b", "title": "Wale", "metadata": {"year": "1999"}, "first_stage_score": 0.5}, {"id": "b", "content": "Boats, ''quoted'' \\ 100%.", "title": "", "metadata": {}, "first_stage_score": null}]', '{"a": 3}', '["w"]');
INSERT INTO public.set_queries VALUES (1, 1, 'q2', 'boats', NULL, '', '', '[{"id": "b", "content": "Boats, ''quoted'' \\ 100%.", "title": "", "metadata": {}, "first_stage_score": null}]', '{}', '[]');
SELECT pg_catalog.setval('public.evaluations_number_seq', 1, true);
SELECT pg_catalog.setval('public.query_sets_number_seq', 1, true);
SELECT pg_catalog.setval('public.runs_number_seq', 1, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_id_key UNIQUE (id);
ALTER TABLE ONLY public.evaluations
    ADD CONSTRAINT evaluations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.labels
    ADD CONSTRAINT labels_pkey PRIMARY KEY ("user", key);
ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_pkey PRIMARY KEY (evaluation, key);
ALTER TABLE ONLY public.query_sets
    ADD CONSTRAINT query_sets_id_key UNIQUE (id);
ALTER TABLE ONLY public.query_sets
    ADD CONSTRAINT query_sets_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_id_key UNIQUE (id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.set_queries
    ADD CONSTRAINT set_queries_pkey PRIMARY KEY (query_set, "position");
CREATE INDEX evaluations_by_settings ON public.evaluations USING btree ("user", hash, number);
CREATE INDEX query_sets_by_user ON public.query_sets USING btree ("user", number);
CREATE INDEX runs_by_user ON public.runs USING btree ("user", number);
ALTER TABLE ONLY public.outcomes
    ADD CONSTRAINT outcomes_evaluation_fkey FOREIGN KEY (evaluation) REFERENCES public.evaluations(number) ON DELETE CASCADE;
ALTER TABLE ONLY public.set_queries
    ADD CONSTRAINT set_queries_query_set_fkey FOREIGN KEY (query_set) REFERENCES public.query_sets(number) ON DELETE CASCADE;
