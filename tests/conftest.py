"""No test may spend anybody's money: keys and addresses of the surroundings are gone before the first import. Nor may
one find, or leave, a reply in the user's cache."""

import os

for _name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
    del os.environ[_name]
os.environ["PLAYGROUND_REPLIES"] = "off"
