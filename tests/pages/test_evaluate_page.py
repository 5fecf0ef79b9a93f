"""The Evaluate page: what it says before, meanwhile and afterwards, and that nothing is asked twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from playground import compare, judging
from playground.evaluation import LiveEvaluation
from playground.models import Access
from playground.store import Label, Store, content_hash, url
from tests.collecting import registered
from tests.pages.driving import opened, said, surroundings
from tests.pages.judging import Judging
from tests.provider import Hang, Provider, Say
from tests.saving import saved

GRADES = "pointwise model=openai:gpt-4o reasons=false name=Grades"
WORTH = {"purr": 0, "bark": 9, "moo": 5}
QUERIES = ("first animal", "second animal", "third animal")
PAGE = "pages/evaluate.py"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path) -> Iterator[None]:
    """A store of this test's own, without kept replies."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path), PLAYGROUND_REPLIES="off"):
        yield


@pytest.fixture
def kept_replies(tmp_path: Path) -> Iterator[None]:
    """Replies are kept, too."""
    with surroundings(PLAYGROUND_REPLIES=str(tmp_path / "replies.sqlite")):
        yield


def query_set(queries: tuple[str, ...] = QUERIES) -> bytes:
    """One query a line, each with the same three documents; what barks is relevant."""
    texts = {"c": "cats purr", "d": "dogs bark", "w": "cows moo"}
    rows = [
        {
            "query_id": f"q{at}",
            "query": query,
            "documents": [{"id": id, "content": f"{text} {query}"} for id, text in texts.items()],
            "qrels": {"d": 3, "c": 0, "w": 1},
        }
        for at, query in enumerate(queries, 1)
    ]
    return "\n".join(map(json.dumps, rows)).encode()


def evaluating(provider: Provider, *words: str, data: bytes | None = None) -> AppTest:
    """The Evaluate page with these lanes and an uploaded set."""
    app = opened(*words or (GRADES, "bm25 name=BM25"))
    app.session_state.typed_keys = dict(provider.access().keys)
    app.session_state.typed_urls = dict(provider.access().base_urls)
    app.switch_page(PAGE).run()
    app.segmented_control(key="evaluate_source").set_value("Upload").run()
    app.file_uploader(key="evaluate_file").set_value(("set.jsonl", data or query_set(), "application/x-ndjson")).run()
    assert not app.exception
    return app


def live(app: AppTest) -> LiveEvaluation:
    found: LiveEvaluation = app.session_state.evaluation.live
    return found


def ended(app: AppTest, button: str = "evaluate_run") -> AppTest:
    """The page after this button was clicked and the evaluation has ended."""
    app.button(key=button).click().run()
    live(app).join(30)
    app.run()
    assert not app.exception
    return app


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The table with this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def lane(app: AppTest, name: str) -> Mapping[str, Any]:
    """The row of a lane."""
    rows = table(app, "failed").to_dict("records")
    return next(row for row in rows if row["lane"] == name)


def test_every_lane_is_measured_on_every_query(provider: Provider) -> None:
    """A judge that knows what barks is perfect and wins every query against the input; the first row is the input."""
    provider.script(Judging(WORTH))
    app = evaluating(provider)
    assert "Nothing has been evaluated yet" in said(app.caption)
    ended(app)
    assert list(table(app, "failed")["lane"]) == ["Input", "Grades", "BM25"]
    assert lane(app, "Grades")["nDCG@10"] == "1.00 [1.00, 1.00]"
    assert lane(app, "Grades")["queries"] == 3
    against = table(app, "p (Holm)").to_dict("records")[0]
    assert (against["lane"], against["wins"], against["losses"]) == ("Grades", 3, 0)
    assert list(table(app, "query")["id"]) == ["q1", "q2", "q3"]
    assert "6 of 6 rankings" in [str(each.proto.text) for each in app.get("progress")]


def test_the_price_stands_there_before_the_run(provider: Provider) -> None:
    """Three questions a query, as many queries as the limit leaves; where a lane has no price that is said."""
    app = evaluating(provider, GRADES)
    assert "**9 calls**" in said(app.caption)
    assert "~$0.00" in said(app.caption)
    app.number_input(key="evaluate_limit").set_value(1).run()
    assert "**3 calls**" in said(app.caption)
    assert not provider.journal
    unpriced = evaluating(provider, "pointwise model=openai:nobodys-model")
    assert "**$0** + 1 unpriced lane" in said(unpriced.caption)


def test_answers_at_hand_are_taken_off_the_price(provider: Provider, kept_replies: None) -> None:
    """Of a larger set, for which no ranking is kept, what a smaller one's questions have left."""
    provider.script(Judging(WORTH))
    ended(evaluating(provider, GRADES, data=query_set(QUERIES[:2])))
    app = evaluating(provider, GRADES)
    assert "**3 calls**" in said(app.caption)
    assert "6 cached · for 3 rankings" in said(app.caption)
    ended(app)
    assert "**Nothing to ask**: 3 of 3 rankings kept from an earlier evaluation" in said(app.caption)
    app.number_input(key="evaluate_limit").set_value(1).run()
    assert "**Nothing to ask**: 3 answers cached · for 1 ranking" in said(app.caption)
    app.session_state.reuse = False
    assert "**3 calls**" in said(app.run().caption)


def test_the_price_of_many_queries_is_that_of_the_first_ones_times_all(provider: Provider, kept_replies: None) -> None:
    """With nothing taken off, as is said: what is at hand of some tells nothing of the others."""
    provider.script(Judging(WORTH))
    many = tuple(f"{at} animals" for at in range(20))
    ended(evaluating(provider, GRADES, data=query_set(many[:3])))
    app = evaluating(provider, GRADES, data=query_set(many))
    assert "**about 60 calls**" in said(app.caption)
    assert "for 20 rankings, judging by the first 3 queries, replies at hand not taken off" in said(app.caption)


def test_an_equal_question_of_two_lanes_is_priced_once(provider: Provider) -> None:
    """As it is asked once."""
    provider.script(Judging(WORTH))
    app = evaluating(provider, GRADES, GRADES.replace("name=Grades", "name=Same"))
    assert "**9 calls**" in said(app.caption)
    ended(app)
    assert len(provider.journal) == 9


def test_where_few_queries_take_much_playing_the_first_ones_tell(provider: Provider) -> None:
    """Every pair of 50 documents is 2,450 questions: eight such queries would be waited for."""
    rows = [
        {"query_id": f"q{at}", "query": f"animal {at}", "documents": [{"content": f"{each}"} for each in range(50)]}
        for at in range(8)
    ]
    app = evaluating(
        provider, "pairwise model=openai:gpt-4o sort=allpair", data="\n".join(map(json.dumps, rows)).encode()
    )
    assert "**about 19,600 calls**" in said(app.caption)
    assert "for 8 rankings, judging by the first 3 queries" in said(app.caption)


def test_a_lane_that_stays_is_not_priced_again(provider: Provider) -> None:
    """Whatever becomes of the others."""
    app = evaluating(provider, GRADES, "pairwise model=openai:gpt-4o name=Pairs")
    before = dict(app.session_state.evaluate_price.nets)
    app.session_state.columns = app.session_state.columns[:1]
    app.run()
    assert "**9 calls**" in said(app.caption)
    after = app.session_state.evaluate_price.nets
    assert len(before) == 2 * len(after) == 6
    assert all(net is before[key] for key, net in after.items())


def test_another_session_goes_on_where_one_was_left(provider: Provider) -> None:
    """Same set, same lanes: nothing is asked again, and that is said before the run. Off: all is asked anew."""
    provider.script(Judging(WORTH))
    ended(evaluating(provider))
    assert len(provider.journal) == 9
    other = evaluating(provider)
    assert "**Nothing to ask**: 6 of 6 rankings kept from an earlier evaluation" in said(other.caption)
    ended(other)
    assert len(provider.journal) == 9
    assert lane(other, "Grades")["nDCG@10"] == "1.00 [1.00, 1.00]"
    other.session_state.reuse = False
    assert "**12 calls**" in said(other.run().caption)
    ended(other)
    assert len(provider.journal) == 18


def test_a_pause_keeps_what_is_done_and_resume_asks_for_the_rest(provider: Provider) -> None:
    """One query hangs: the others' figures are there meanwhile, marked as so far, and stay."""
    provider.script(Judging(WORTH))
    provider.script(Hang(), about="second animal")
    app = evaluating(provider, GRADES)
    app.button(key="evaluate_run").click().run()
    assert provider.until(lambda: len(live(app).outcomes) == 2)
    app.run()
    assert "so far" in said(app.caption)
    assert lane(app, "Grades")["queries"] == 2
    assert (lane(app, "Input")["over"], lane(app, "Grades")["over"]) == (3, 2)
    assert "Over 2 of 3 queries with grades: those that all have ranked." in said(app.markdown)
    app.button(key="evaluate_pause").click().run()
    live(app).join(10)
    app.run()
    assert len(live(app).outcomes) == 2
    asked = len(provider.journal)
    provider.script(Judging(WORTH), about="second animal")
    ended(app, "evaluate_resume")
    assert lane(app, "Grades")["queries"] == 3
    assert all("second animal" in seen.words for seen in provider.journal[asked:])
    assert "so far" not in said(app.caption)


def test_what_failed_is_counted_told_and_can_be_asked_again(provider: Provider) -> None:
    """No answer on one query: it is in no mean, and the page says on how many. The rest is not asked again."""
    provider.script(Judging(WORTH))
    provider.script(Say(status=400), about="second animal")
    app = ended(evaluating(provider, GRADES))
    row = lane(app, "Grades")
    assert (row["queries"], row["over"], row["failed"], row["nDCG@10"]) == (3, 2, 1, "1.00 [1.00, 1.00]")
    assert "Grades failed on 1 query" in said(app.warning)
    assert list(table(app, "query").set_index("id")["1"]) == ["1.00", "1.00", "failed"]
    asked = len(provider.journal)
    provider.script(Judging(WORTH), about="second animal")
    ended(app, "evaluate_resume")
    assert lane(app, "Grades")["failed"] == 0
    assert len(provider.journal) == asked + 3


def test_a_lane_that_only_fails_has_no_price_and_says_why_once() -> None:
    """Before the run what it lacks, afterwards what that came to; and the verdict leaves it out by name."""
    app = opened("pointwise model=openai:gpt-4o name=Keyless", "bm25 name=BM25").switch_page(PAGE).run()
    app.number_input(key="evaluate_limit").set_value(1).run()
    assert "Keyless: " in said(app.caption) and "key" in said(app.caption)
    ended(app)
    assert lane(app, "Keyless")["per 1,000 queries"] == "unknown"
    assert "Keyless failed on 1 query: " in said(app.warning)
    assert "Keyless: " not in said(app.caption)
    assert "Keyless has no ranking to compare." in said(app.markdown)


def test_results_of_another_set_are_told_apart(provider: Provider) -> None:
    """Whatever is chosen since: other queries, a broken file, other lanes, another domain."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider))
    assert not app.warning
    app.number_input(key="evaluate_limit").set_value(2).run()
    assert "These are the results of set.jsonl (3 queries) × Grades, BM25." in said(app.warning)
    assert "What is chosen now differs in the query set. Press Run for what is chosen." in said(app.warning)
    ended(app)
    assert not app.warning
    app.selectbox(key="evaluate_domain").set_value("legal").run()
    app.session_state.columns = app.session_state.columns[:1]
    assert "differs in the lanes and the domain." in said(app.run().warning)
    app.file_uploader(key="evaluate_file").set_value(("set.jsonl", b"{", "")).run()
    assert "differs in the query set and the lanes and the domain." in said(app.warning)
    assert "Press Run" not in said(app.warning)


def test_an_answer_that_is_missing_marks_the_query(provider: Provider) -> None:
    """A document without a judgment: the ranking counts, but as degraded."""
    provider.script(Judging(WORTH))
    provider.script(Say(status=400), about="cows moo first animal")
    app = ended(evaluating(provider, GRADES))
    assert (lane(app, "Grades")["degraded"], lane(app, "Grades")["failed"]) == (1, 0)
    assert [cell.endswith("*") for cell in table(app, "query").set_index("id")["1"]].count(True) == 1


def test_a_limit_bounds_the_whole_evaluation(provider: Provider) -> None:
    """What one query spent the others can't spend again."""
    provider.script(Judging(WORTH))
    app = evaluating(provider, GRADES)
    app.session_state.limit_run = 0.0001
    app.run()
    assert "limit" in said(app.caption)
    ended(app)
    assert not provider.journal
    assert lane(app, "Grades")["failed"] == 3


def test_the_first_measure_decides_and_an_unknown_one_is_told(provider: Provider) -> None:
    """Sentence and heatmap go by it; a name that nobody knows gets the known ones."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider))
    assert "Grades is the cheapest: nDCG@10 1.00" in said(app.markdown)
    app.multiselect(key="evaluate_measures").set_value(["P@1", "nDCG(dcg='exp-log2')@10"]).run()
    assert "Grades is the cheapest: P@1 1.00" in said(app.markdown)
    assert "nDCG(dcg='exp-log2')@10" in table(app, "failed").columns
    app.multiselect(key="evaluate_measures").set_value(["nDCG@ten"]).run()
    assert "There is no measure" in said(app.error)


def test_a_measure_s_name_can_be_copied_from_the_page(provider: Provider) -> None:
    """Where an invisible character keeps it from becoming a link."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider))
    copied = next(each.value for each in app.markdown if "is the cheapest" in each.value)
    name = re.search(r"nDCG\S*", copied.replace("\\", ""))
    assert name is not None and "\u2060" in name[0]
    app.multiselect(key="evaluate_measures").set_value([name[0]]).run()
    assert "Grades is the cheapest: nDCG@10 1.00" in said(app.markdown)


def test_a_loss_lets_a_cheaper_lane_in(provider: Provider) -> None:
    """Without any, the perfect lane; with all of it, what is free."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider))
    app.number_input(key="evaluate_loss").set_value(0.0).run()
    assert "Grades is the cheapest" in said(app.markdown)
    app.number_input(key="evaluate_loss").set_value(1.0).run()
    assert "The input order is good enough" in said(app.markdown)


def test_the_baseline_can_be_a_lane(provider: Provider) -> None:
    """The others are tested against it, the input too."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider))
    app.selectbox(key=f"evaluate_baseline_{app.session_state.evaluation.id}").set_value(1).run()
    assert "Differences to Grades" in said(app.caption)
    assert set(table(app, "p (Holm)")["lane"]) == {"Input", "BM25"}


def test_lanes_on_the_frontier_and_those_without_a_price_are_named(provider: Provider) -> None:
    """An unpriced lane is not drawn as free."""
    provider.script(Judging(WORTH))
    app = ended(evaluating(provider, "pointwise model=openai:nobodys-model name=Nobody", GRADES))
    app.segmented_control(key="evaluate_panel").set_value("Cost and latency").run()
    assert "nothing is both cheaper and better: Input, Grades." in said(app.caption)
    assert "the cost or the quality being unknown: Nobody." in said(app.caption)
    assert lane(app, "Nobody")["paid"] == "unpriced"


def test_lanes_at_one_place_share_a_name_in_the_charts(provider: Provider) -> None:
    """Rather than lie on each other; and where all is free there is no scale of dollars."""
    app = ended(evaluating(provider, "bm25 name=BM25", "bm25 name=Twin"))
    app.segmented_control(key="evaluate_panel").set_value("Cost and latency").run()
    cost = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert cost["data"][1]["text"] == ["Input; BM25; Twin", "", ""]
    assert cost["layout"]["xaxis"]["tickvals"] == [0]


def test_where_reranking_hurt_is_told_lane_by_lane(provider: Provider) -> None:
    """A judge that has it the wrong way round hurts everywhere, a right one nowhere."""
    provider.script(Judging({"purr": 9, "bark": 0, "moo": 5}))
    app = ended(evaluating(provider))
    app.segmented_control(key="evaluate_panel").set_value("Where reranking hurt").run()
    assert "Grades: 3 of 3" in said(app.caption)
    assert table(app, "p (Holm)")["difference"].iloc[0].startswith("−.")
    assert table(app, "query")["difference"].iloc[0].startswith("−.")
    assert set(table(app, "difference").iloc[:3]["lane"]) <= {"Grades", "BM25"}


def test_an_uploaded_set_can_be_kept_and_chosen_again(provider: Provider) -> None:
    """In another session, with all its queries."""
    app = evaluating(provider)
    app.button(key="evaluate_keep").click().run()
    other = evaluating(provider)
    other.segmented_control(key="evaluate_source").set_value("Saved sets").run()
    assert "set.jsonl: 3 queries (3 with grades" in said(other.caption)


def test_a_set_is_kept_once_under_a_name_and_can_be_deleted(provider: Provider) -> None:
    """Again under another name; deleted is what is confirmed."""
    app = evaluating(provider)
    app.button(key="evaluate_keep").click().run()
    app.button(key="evaluate_keep").click().run()
    assert "already" in said(app.get("toast"))
    app.text_input(key="evaluate_name_set.jsonl").set_value("Farm animals")
    app.button(key="evaluate_keep").click().run()
    app.segmented_control(key="evaluate_source").set_value("Saved sets").run()
    names = [each.split(" · ")[0] for each in app.selectbox(key="evaluate_saved").options]
    assert names == ["Farm animals", "set.jsonl"]
    app.button(key="evaluate_delete").click().run()
    app.button(key="evaluate_kept").click().run()
    assert len(app.selectbox(key="evaluate_saved").options) == 2
    app.button(key="evaluate_delete").click().run()
    app.button(key="evaluate_deleted").click().run()
    assert "set.jsonl: 3 queries" in said(app.caption)
    assert len(app.selectbox(key="evaluate_saved").options) == 1
    app.button(key="evaluate_delete").click().run()
    app.button(key="evaluate_deleted").click().run()
    assert "No query set is saved yet" in said(app.info)


def test_trec_files_become_a_set_once_all_are_there() -> None:
    """A run with its texts; qrels, which come last, bring the grades."""
    app = opened("bm25").switch_page(PAGE).run()
    app.segmented_control(key="evaluate_source").set_value("TREC").run()
    for name, text in {
        "run": "q1 Q0 c 1 2 x\nq1 Q0 d 2 1 x\n",
        "queries": "q1\twho barks\n",
        "texts": "c\tcats purr\nd\tdogs bark\n",
    }.items():
        assert app.button(key="evaluate_run").disabled
        app.file_uploader(key=f"evaluate_trec_{name}").set_value((f"{name}.txt", text.encode(), "")).run()
        missing = {"run": "Queries, Documents", "queries": "Documents"}.get(name)
        assert said(app.info) == ("" if missing is None else f"Still to be given: {missing}.")
    assert "run.txt: 1 query (0 with grades, which measures need), 2 documents" in said(app.caption)
    app.file_uploader(key="evaluate_trec_qrels").set_value(("qrels.txt", b"q1 0 d 1\n", "")).run()
    assert "1 query (1 with grades" in said(app.caption)
    ended(app)
    assert "no measure" not in said(app.caption)


def source(name: str, *words: str) -> AppTest:
    """The Evaluate page with this source chosen."""
    app = opened(*words or ("bm25 name=BM25",)).switch_page(PAGE).run()
    return app.segmented_control(key="evaluate_source").set_value(name).run()


def loaded(app: AppTest, id: str) -> AppTest:
    """The page after this collection was asked for."""
    app.text_input(key="evaluate_collection_id").set_value(id).run()
    app.button(key="evaluate_load").click().run()
    assert not app.exception
    return app


def test_a_collection_is_loaded_by_its_id_and_can_be_kept(tmp_path: Path) -> None:
    """What there is to say of it stands beside it; nothing is loaded before the button is pressed."""
    app = source("ir_datasets")
    assert app.button(key="evaluate_load").disabled
    app.number_input(key="evaluate_depth").set_value(2)
    loaded(app, id := registered(tmp_path))
    assert f"{id}: 2 queries (2 with grades, which measures need), 3 documents" in said(app.caption)
    assert "BM25's order" in said(app.expander[0].caption)
    app.button(key="evaluate_keep").click().run()
    ended(app)
    assert lane(app, "BM25")["queries"] == 2
    assert f"{id}: 2 queries" in said(source("Saved sets").caption)


def test_a_collection_that_cannot_be_reached_is_told_with_the_reason(tmp_path: Path) -> None:
    """And nothing can be run; another one can be loaded then."""
    app = loaded(source("ir_datasets"), registered(tmp_path, docs=None))
    assert "FileNotFoundError" in said(app.error)
    assert "Is there a network?" in said(app.error)
    assert app.button(key="evaluate_run").disabled
    loaded(app, registered(tmp_path))
    assert not app.button(key="evaluate_run").disabled


def test_a_shared_installation_downloads_no_collection_for_its_visitors() -> None:
    """Its disk is everybody's."""
    with surroundings(PLAYGROUND_MODE="shared"):
        app = source("ir_datasets")
    assert "Not on a shared installation" in said(app.info)
    assert not any(button.key == "evaluate_load" for button in app.button)


def test_the_queries_of_saved_runs_become_a_set(tmp_path: Path) -> None:
    """All that are listed, or those that are chosen, each query once, with the grades that people gave; found by
    searching, and to be kept like any other."""
    with surroundings(PLAYGROUND_CACHE_DIR=str(tmp_path / "none")):
        assert "No run is saved yet. Save one in the Playground, under Share and" in said(source("Saved runs").info)
    records = [compare(query, ["cats purr", "dogs bark"], ["bm25"]).record for query in (*QUERIES[:2], QUERIES[0])]
    ids = [saved(record, tmp_path) for record in records]
    dogs = records[1].task.documents[1]
    with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(tmp_path)}), {}))) as store:
        store.put_label(Label(query=QUERIES[1], document=dogs.id, content=content_hash(dogs), grade=3, grader="ann"))
    app = source("Saved runs")
    assert "Saved runs: 2 queries (1 with grades, which measures need), 4 documents" in said(app.caption)
    app.multiselect(key="evaluate_runs").set_value([ids[1]]).run()
    assert "Saved runs: 1 query (1 with grades" in said(app.caption)
    ended(app)
    assert lane(app, "BM25")["queries"] == 1
    app.text_input(key="evaluate_runs_search").set_value("first").run()
    assert "Saved runs: 1 query (0 with grades" in said(app.caption)
    assert not app.exception
    app.text_input(key="evaluate_runs_search").set_value("nobody asked this").run()
    assert "No such run is saved" in said(app.info)


def test_grades_given_together_on_a_shared_installation_come_with_their_runs(tmp_path: Path) -> None:
    """Those of the runs that are chosen; what the visitor's own runs alone were graded."""
    with surroundings(PLAYGROUND_MODE="shared"):
        app = source("Saved runs")
        with closing(Store(url(Access.from_env({"PLAYGROUND_CACHE_DIR": str(tmp_path)}), {}))) as store:
            visitor = store.as_user(app.session_state.visitor)
            records = [compare(query, ["cats purr", "dogs bark"], ["bm25"]).record for query in QUERIES[:2]]
            ids = [visitor.save_run(record) for record in records]
            for id, record in zip(ids, records, strict=True):
                item = judging.item(record.task.query, record.task.documents[1])
                store.book(id).put_label(Label(**item._asdict(), grade=3, grader="ann"))
        assert "Saved runs: 2 queries (2 with grades" in said(app.run().caption)
        app.multiselect(key="evaluate_runs").set_value([ids[0]]).run()
        assert "Saved runs: 1 query (1 with grades" in said(app.caption)


def test_a_domain_that_nobody_knows_is_told_before_the_run(provider: Provider) -> None:
    """Once, among the notes on reading: its queries are asked in the general one."""
    rows = [json.loads(row) | {"domain": "astrology"} for row in query_set().splitlines()]
    app = evaluating(provider, data="\n".join(map(json.dumps, rows)).encode())
    assert app.expander[0].label == "1 note on reading"
    assert "There is no domain 'astrology'; used general." in said(app.expander[0].caption)


def test_a_file_that_is_no_query_set_is_told_and_nothing_can_be_run(provider: Provider) -> None:
    """With the line and the mend; a sound file afterwards is taken."""
    app = evaluating(provider, data=b'{"query": "who", "documents": 3}')
    assert "set.jsonl, line 1" in said(app.error)
    app.file_uploader(key="evaluate_file").set_value(("set.jsonl", b"PK\x03\x04", "")).run()
    assert "a zip archive" in said(app.error)
    assert ".txt (documents without a query)" in said(app.error)  # which can't be evaluated
    assert app.button(key="evaluate_run").disabled
    app.file_uploader(key="evaluate_file").set_value(("set.jsonl", query_set(), "")).run()
    assert not app.button(key="evaluate_run").disabled


def test_words_from_outside_stay_words(provider: Provider) -> None:
    """Neither markdown nor plotly's markup acts in a query, a name or a title."""
    hostile = "<b>bold</b> **stars** $x$ :red[red] <a href='http://evil'>link</a>"
    provider.script(Judging(WORTH))
    app = evaluating(provider, "bm25 name='<b>**lane**</b>'", data=query_set((hostile, "second animal")))
    ended(app)
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["layout"]["xaxis"]["ticktext"][1].startswith("&lt;b&gt;")
    assert any(label.startswith("&lt;b&gt;bold") for label in figure["layout"]["yaxis"]["ticktext"])
    assert not any("**lane**" in element.value for element in [*app.markdown, *app.caption])
