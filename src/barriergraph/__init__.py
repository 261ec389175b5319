"""A knowledge graph of what stops, and what helps, public services sharing information.

>>> import barriergraph
>>> graph = barriergraph.load()
>>> graph.label("bg:Barrier")
'barrier'
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # importing typing would cost every start some milliseconds
if TYPE_CHECKING:
    from barriergraph.bibliography import References
    from barriergraph.describe import Resource, Statement
    from barriergraph.errors import (
        BarrierGraphError,
        EndpointError,
        EngineWarning,
        ForbiddenError,
        NotFoundError,
        ParameterError,
        QueryError,
        SourceError,
        SourceErrors,
    )
    from barriergraph.graph import KnowledgeGraph
    from barriergraph.opening import connect, load
    from barriergraph.queries import Parameter, StoredQuery
    from barriergraph.rdf import Graph
    from barriergraph.results import Table

#: public name -> the module it stands in; each is imported when it is first asked for (PEP 562)
_HOMES = {
    "BarrierGraphError": "errors",
    "EndpointError": "errors",
    "EngineWarning": "errors",
    "ForbiddenError": "errors",
    "Graph": "rdf",
    "KnowledgeGraph": "graph",
    "NotFoundError": "errors",
    "Parameter": "queries",
    "ParameterError": "errors",
    "QueryError": "errors",
    "References": "bibliography",
    "Resource": "describe",
    "SourceError": "errors",
    "SourceErrors": "errors",
    "Statement": "describe",
    "StoredQuery": "queries",
    "Table": "results",
    "connect": "opening",
    "load": "opening",
}

__all__ = [
    "BarrierGraphError",
    "EndpointError",
    "EngineWarning",
    "ForbiddenError",
    "Graph",
    "KnowledgeGraph",
    "NotFoundError",
    "Parameter",
    "ParameterError",
    "QueryError",
    "References",
    "Resource",
    "SourceError",
    "SourceErrors",
    "Statement",
    "StoredQuery",
    "Table",
    "__version__",
    "connect",
    "load",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
