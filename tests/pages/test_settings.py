"""The settings dialog and the line that says which keys there are, driven as a visitor would."""

from __future__ import annotations

from playground.catalog import PROVIDERS
from tests.pages.driving import opened, said


def test_the_page_names_the_keys_that_are_there() -> None:
    """Only providers with a key are named, however many could take one."""
    app = opened()
    assert "No keys · " in said(app.caption)
    app.session_state.typed_keys = {"cohere": "a", "openai": "b", "jina": " "}
    app.run()
    assert "Keys: Cohere, OpenAI · " in said(app.caption)


def test_the_dialog_asks_for_each_key_and_address_once() -> None:
    """A field for the key of every hosted provider, one for the address of every server of one's own. OpenAI's key
    serves its decisions."""
    app = opened()
    next(button for button in app.button if button.label == "Settings").click().run()
    assert not app.exception
    hosted = {f"{row.title} key" for row in PROVIDERS.values() if row.key_required} - {"OpenAI decisions key"}
    own = {row.title for row in PROVIDERS.values() if not row.key_required and not row.embedded}
    labels = [field.label for field in app.text_input]
    assert {"Cohere key", "Text Embeddings Inference", "vLLM rerank"} < hosted | own
    assert sorted(label for label in labels if label in hosted | own) == sorted(hosted | own)
    assert "OpenAI decisions key" not in labels
