"""The arithmetic of proof, against the published examples and against itself."""

from hypothesis import given
from hypothesis import strategies as st

from records import proof
from records.rules import DEEPEST, TOO_DEEP, objects_in, storable

#: The reference tree of the Certificate Transparency project (merkletree test vectors).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_tree_hashes_are_those_of_rfc_6962():
    assert proof.tree_hash([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for count, root in enumerate(ROOTS, start=1):
        assert proof.tree_hash(LEAVES[:count]).hex() == root


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_every_leaf_is_proven_and_no_other_is(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = proof.inclusion_path(index, leaves), proof.tree_hash(leaves)
    assert proof.is_included(leaves[index], index, len(leaves), path, root)
    assert not proof.is_included(leaves[index] + b"x", index, len(leaves), path, root)
    assert not proof.is_included(leaves[index], index, len(leaves), [*path, root], root)
    if path:
        assert not proof.is_included(leaves[index], index, len(leaves), path[:-1], root)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(JSON)
def test_what_is_storable_is_stored_the_same_twice(value):
    once = storable(value)
    assert storable(once) == once
    assert "\x00" not in repr(once).replace("\\x00", "\x00") or "\x00" not in str(value)


def test_json_nested_without_end_is_cut_off():
    value = {}
    for _ in range(10 * DEEPEST):
        value = {"in": value}
    assert {"in": TOO_DEEP} in list(objects_in(storable(value)))
