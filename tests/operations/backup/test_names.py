from __future__ import annotations

import pytest

from marketplace.operations import transient
from marketplace.operations.backup import names


@pytest.mark.parametrize(
    ("collection", "stem"),
    [
        ("orders", "orders"),
        ("a/b", "a%2Fb"),
        ("a%b c", "a%25b+c"),
        ("ünï", "%C3%BCn%C3%AF"),
        ("~_-.", "~_-."),
        ("$cmd+", "%24cmd%2B"),
        ("x" * 238, "x" * 238),
    ],
)
def test_files_are_named_as_mongodump_names_them(collection, stem):
    assert names.file_stem(collection) == stem
    assert names.collection_of(stem) == collection


def test_a_name_too_long_for_a_file_is_cut_and_gets_its_hash_as_mongodump_does_it():
    # printf 'x%.0s' {1..239} | openssl sha1 -binary | base64 | tr +/ -_ | tr -d =
    assert names.file_stem("x" * 239) == "x" * 208 + "%24" + "Nq75d-cu3iRxNs-ce3Tvf9gagoU"


def test_two_long_names_that_begin_alike_have_files_of_their_own():
    assert names.file_stem("x" * 239) != names.file_stem("x" * 240)


def test_the_longest_name_of_a_file_is_one_that_a_file_system_takes():
    longest = names.file_stem("ü" * 100) + names.METADATA + names.GZIPPED

    assert len(longest) == 255


def test_a_staged_collection_is_recognised_and_no_other_is():
    assert transient.is_staged(transient.staged("orders", "0123abcd", 7))
    assert not transient.is_staged("orders__restore_mine")
