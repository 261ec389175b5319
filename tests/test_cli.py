from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from barriergraph import __version__, cli, load


def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "barriergraph", *words],
        capture_output=True, encoding="utf-8", input=stdin, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_version_is_told() -> None:
    assert run("--version") == (0, f"barriergraph {__version__}\n", "")


def test_list_names_every_query_with_its_question() -> None:
    code, out, err = run("list", "--format", "json")

    queries = load().queries
    assert (code, err) == (0, "")
    assert [(one["name"], one["question"]) for one in json.loads(out)] == [
        (name, query.question) for name, query in queries.items()
    ]


def test_a_pipe_gets_the_same_bytes_as_python() -> None:
    code, out, err = run("run", "key-findings")

    assert (code, err) == (0, "")
    assert out == load().run("key-findings").to_csv().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "evidence-mapp"], "no query named 'evidence-mapp'; did you mean 'evidence-map'"),
        (["rnu", "evidence-map"], "no verb named 'rnu'; did you mean 'run'"),
        (["run", "evidence-map", "--fromat", "csv"], "did you mean '--format'"),
        (["run", "evidence-map", "domain"], "'domain' is not NAME=VALUE"),
        (["run", "evidence-map", "domain="], "gives no value; leave it out to keep everything"),
        (["run", "evidence-map", "domian=smart-cities"], "did you mean 'domain'"),
        (["run", "evidence-map", "domain=smart-citties"], "did you mean 'smart-cities'"),
        (["run", "evidence-map", "since=long ago"], "'since' takes"),
        (["show", "fear-of-sharin"], "did you mean 'fear-of-sharing'"),
        (["show", "professional"], "role:professional"),
        (["export", "--format", "turtel"], "did you mean 'turtle'"),
        (["sparql", "no-such-file.rq"], "no-such-file.rq"),
        (["run", "evidence-map", "--module", "no-such-folder"], "no-such-folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_answered_with_what_to_do(words: list[str], message: str) -> None:
    code, out, err = run(*words)

    assert (code, out) == (2, "")
    assert err.startswith("barriergraph: ")
    assert message in err
    assert "Traceback" not in err


def test_sparql_reads_a_file_a_text_or_stdin(tmp_path: Path) -> None:
    text = "PREFIX bg: <https://w3id.org/barriergraph/ontology#> ASK { ?x a bg:KeyFinding }"
    (tmp_path / "q.rq").write_text(text)

    assert run("sparql", str(tmp_path / "q.rq")) == (0, "true\n", "")
    assert run("sparql", text) == (0, "true\n", "")
    (tmp_path / "{q}.rq").write_text(text)
    assert run("sparql", str(tmp_path / "{q}.rq")) == (0, "true\n", "")
    assert run("sparql", "-", stdin=text.replace("KeyFinding", "Nothing")) == (1, "false\n", "")
    code, out, err = run(
        "sparql", "-", stdin="SELECT * { SERVICE <http://localhost:9/> { ?s ?p ?o } }"
    )
    assert (code, out) == (2, "")
    assert "SERVICE" in err


def test_a_syntax_error_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "bad.ttl").write_text("PREFIX ex: <https://e.org/>\nex:a ex:b ;;; .\nex:c")

    code, out, err = run("run", "gaps", "--module", str(tmp_path))

    assert (code, out) == (2, "")
    assert err.startswith(f"barriergraph: {tmp_path / 'data' / 'bad.ttl'}:")
    assert err.removeprefix(f"barriergraph: {tmp_path / 'data' / 'bad.ttl'}:")[0].isdigit()


def test_show_says_in_which_file_each_statement_stands() -> None:
    code, out, err = run("show", "citation:wilks2014", "--format", "table")

    assert (code, err) == (0, "")
    assert out.splitlines()[:5] == [
        "Wilks 2014 (citation:wilks2014)",
        "https://w3id.org/barriergraph/id/citation/wilks2014",
        "",
        "data/report.ttl",
        "    a           bg:Citation",
    ]


@pytest.mark.parametrize("cite", ["bibtex", "ris", "csl"])
def test_cite_prints_the_sources_behind_an_answer(cite: str) -> None:
    code, out, err = run("run", "key-findings", "keyFinding=key-finding-7", "--cite", cite)

    assert (code, err) == (0, "")
    assert "Interagency information sharing" in out.replace("{", "").replace("}", "")
    assert "dawes1996" in out


def test_a_closed_pipe_ends_quietly() -> None:
    command = f"{sys.executable} -m barriergraph export --format ntriples | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def test_export_writes_a_file_in_one_move(tmp_path: Path) -> None:
    target = tmp_path / "out" / "graph.nt"
    target.parent.mkdir()

    assert run("export", "--format", "ntriples", "--output", str(target)) == (0, "", "")

    assert target.read_bytes() == load().export("ntriples")
    assert [path.name for path in target.parent.iterdir()] == ["graph.nt"]


def test_help_on_a_query_names_parameters_values_and_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["run", "evidence-map", "--help"]) == 0

    out = capsys.readouterr().out
    assert "domain: bg:PolicyDomain" in out
    assert "barriergraph run evidence-map" in out


def test_a_syntax_error_in_a_stored_query_of_a_module_is_told_before_anything_is_answered(
    tmp_path: Path,
) -> None:
    (tmp_path / "queries").mkdir()
    file = tmp_path / "queries" / "bad.rq"
    file.write_text("#+ title: T\n#+ question: Q?\nSELECT ?a WHERE {\n  ?a ?b .\n}\nORDER BY ?a\n")

    code, out, err = run("run", "gaps", "--module", str(tmp_path))

    assert (code, out) == (2, "")
    assert err.startswith(f"barriergraph: {file}:5:1: the query cannot be parsed: ")


def test_stdin_that_is_not_utf_8_is_told_with_its_place() -> None:
    command = [sys.executable, "-m", "barriergraph", "sparql", "-"]
    done = subprocess.run(command, input=b"ASK {}\n\xff", capture_output=True, check=False)

    message = b"barriergraph: stdin:2:1: not UTF-8: byte 0xff; save the file in UTF-8\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", message)


def test_a_closed_stdout_is_told() -> None:
    command = f"{sys.executable} -m barriergraph run gaps >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    message = "barriergraph: the output: cannot be written: stdout is closed\n"
    assert (done.returncode, done.stderr) == (2, message)
