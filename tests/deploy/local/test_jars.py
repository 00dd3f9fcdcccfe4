import hashlib
import logging
import re
import ssl
from pathlib import Path

import pytest
import truststore
from requests.exceptions import SSLError

from deploy.local import jars
from deploy.local.jars import Jar, JarRefused, locked_jars, maven_mirror, verify

SETTINGS = """
<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0"><mirrors>
  <mirror><id>other</id><mirrorOf>snapshots</mirrorOf><url>https://other.example/</url></mirror>
  <mirror><id>ours</id><mirrorOf>central,x</mirrorOf><url>https://mirror.example/m2/</url></mirror>
</mirrors></settings>
"""


def jar(content: bytes) -> Jar:
    return Jar("org.example", "example", "1.0", "", hashlib.sha256(content).hexdigest())


def test_the_lock_names_one_version_and_one_sum_of_every_file() -> None:
    for program, locked in locked_jars().items():
        assert locked, program
        for each in locked:
            assert re.fullmatch(r"[0-9a-f]{64}", each.sha256), each
            assert re.fullmatch(r"[0-9][\w.-]*", each.version), each
        assert len({each.file_name for each in locked}) == len(locked)


def test_a_file_with_another_sum_is_refused_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "example-1.0.jar"
    path.write_bytes(b"something else")
    with pytest.raises(JarRefused, match=r"org\.example:example:1\.0 .* refused"):
        verify(jar(b"what was locked"), path)
    assert not path.exists()


def test_a_damaged_jar_is_fetched_again_and_a_swapped_one_never_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = jar(b"what was locked")
    monkeypatch.setattr(jars, "locked_jars", lambda: {"kafka": [locked]})
    monkeypatch.setattr(jars, "_from_own_repository", lambda _: None)
    served = tmp_path / "served"
    monkeypatch.setattr(jars, "_download", lambda *_: served)
    target = tmp_path / "jars" / "kafka" / locked.file_name

    served.write_bytes(b"swapped on the way")
    with pytest.raises(JarRefused):
        jars.fetch_missing(tmp_path / "jars", lambda _: None)
    assert not target.exists()

    served.write_bytes(b"what was locked")
    assert jars.fetch_missing(tmp_path / "jars", lambda _: None) == 1
    assert jars.fetch_missing(tmp_path / "jars", lambda _: None) == 0
    target.write_bytes(b"damaged")
    assert jars.fetch_missing(tmp_path / "jars", lambda _: None) == 1
    assert target.read_bytes() == b"what was locked"


def test_where_packaged_authorities_do_not_vouch_this_machines_own_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def fetch(*_: object) -> int:
        trusts_this_machine = ssl.SSLContext is truststore.SSLContext
        asked.append(trusts_this_machine)
        if not trusts_this_machine:
            raise SSLError("certificate verify failed")
        return 0

    monkeypatch.setattr(jars, "fetch_missing", fetch)
    try:
        assert jars.main() == 0
    finally:
        truststore.extract_from_ssl()
        logging.disable(logging.NOTSET)
    assert asked == [False, True]


def test_the_mirror_of_the_users_maven_settings_is_taken() -> None:
    assert maven_mirror(SETTINGS) == {"central": "https://mirror.example/m2"}
    assert maven_mirror("<settings/>") is None
