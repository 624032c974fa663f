"""Answers of the concern graph as plain data, the contract that docs/graph.md describes. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from safeguard.concerns.adult_risk import AdultRisk, RiskPath
from safeguard.concerns.event_groups import EventGroup, event_groups
from safeguard.concerns.fact_codes import ADULT_FACTS
from safeguard.concerns.impossible import doubt_words
from safeguard.concerns.link_words import dates, said_by, sentence
from safeguard.concerns.links import LINKS, Link
from safeguard.concerns.network import Network, Node
from safeguard.concerns.questions.around import Around
from safeguard.concerns.questions.changes import CHANGES, Changes
from safeguard.concerns.questions.connect import Connection
from safeguard.concerns.questions.groups import Groups
from safeguard.concerns.questions.merged import Merged
from safeguard.concerns.questions.reach import Reach
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.link_status import LINK_STATUSES

Json = dict[str, Any]


def around_json(answer: Around) -> Json:
    """Question 1."""
    network = answer.network
    return {
        "question": "around", "on": answer.on.isoformat(), "focus": [str(key) for key in network.focus],
        "nodes": [_node(node) | _steps(answer, node) for node in _ordered(network)], "links": _links(network, network.links, answer.on),
        "households": [
            {"address": str(key), "people": sorted(map(str, people & network.nodes.keys()))}
            for key, people in sorted(network.households.items()) if key in network.nodes
        ],
        "risks": [_risk(risk, answer) for risk in answer.risks], "risk_paths": [_risk_path(path, answer) for path in answer.paths],
        "event_groups": [_group(group) for group in event_groups(network)], "not_shown": _not_shown(network),
    }  # fmt: skip


def connection_json(answer: Connection, *, on: date) -> Json:
    """Question 2."""
    network = answer.network
    return {
        "question": "connect", "longest_searched": answer.searched, "more_paths": answer.more, "not_everybody_followed": answer.cut,
        "paths": [
            {
                "people": [_named(network, key) for key in path.people],
                "steps": [_links(network, step, on) for step in path.steps],
            }
            for path in answer.paths
        ],
    }  # fmt: skip


def reach_json(answer: Reach, *, on: date) -> Json:
    """Question 3."""
    return {
        "question": "reach", "of": {"kind": answer.kind, "label": answer.label}, "people": answer.people, "summarised": answer.summarised,
        "children": [
            _named(answer.network, one.child) | {
                "links": _links(answer.network, one.links, on), "concerns": one.concerns.count, "agencies": one.concerns.agencies,
                "last_concern": one.concerns.last.isoformat() if one.concerns.last else None,
                "categories": [CONCERN_CATEGORIES.label(code) if code in CONCERN_CATEGORIES else code for code in one.concerns.categories],
            }
            for one in answer.children
        ],
    }  # fmt: skip


def groups_json(answer: Groups, *, on: date) -> Json:
    """Question 4."""
    return {
        "question": "groups", "since": answer.since.isoformat(), "children_left_out": answer.left_out,
        "groups": [
            {
                "children": [_named(answer.network, key) | {"joined_with": group.joined_with[key]} for key in group.children],
                "links": _links(answer.network, group.links, on),
            }
            for group in answer.groups
        ],
    }  # fmt: skip


def changes_json(answer: Changes) -> Json:
    """Question 5."""
    return {
        "question": "changes", "since": answer.since.isoformat(),
        "changes": [
            {"on": one.on.isoformat(), "kind": one.kind, "label": CHANGES.label(one.kind), "words": one.words,
             "people": list(map(str, one.people))}
            for one in answer.changes
        ],
    }  # fmt: skip


def merged_json(answer: Merged, *, on: date) -> Json:
    """Question 6."""
    network = answer.network
    return {
        "question": "merged", "stays": str(answer.stays), "doubts": list(answer.doubts),
        "gained": {str(key): [str(one) for one in keys] for key, keys in answer.gained.items()},
        "nodes": [_node(node) for node in _ordered(network)], "links": _links(network, network.links, on),
    }  # fmt: skip


def link_json(link: Link, network: Network, on: date) -> Json:
    """One link, in words and in parts."""
    return {
        "key": link.key, "kind": link.kind, "label": LINKS.label(link.kind), "derived": link.derived, "code": link.code or None,
        "one": str(link.one), "other": str(link.other), "via": list(map(str, link.via)), "standing": link.standing,
        "since": link.since.isoformat() if link.since else None, "until": link.until.isoformat() if link.until else None,
        "known_since": link.known_since.isoformat(), "words": sentence(link, network.nodes, on), "dates": dates(link),
        "said_by": said_by(link, network.agencies), "against": list(link.against),
        "impossible": [doubt_words(reason) for reason in link.impossible],
        "sources": [{"kind": one.kind, "id": str(one.id), "on": one.on.isoformat()} for one in link.sources],
    }  # fmt: skip


def _links(network: Network, links: Iterable[Link], on: date) -> list[Json]:
    return [link_json(link, network, on) for link in links]


def _ordered(network: Network) -> list[Node]:
    return sorted(network.nodes.values(), key=lambda node: (node.kind, node.label, str(node.id)))


def _node(node: Node) -> Json:
    born = {"born": node.birth_date.isoformat() if node.birth_date else None,
            "expected": node.expected_date.isoformat() if node.expected_date else None}  # fmt: skip
    person = {"child": node.is_child, "sex": node.sex, **born, "death": node.death or None} if node.kind == "person" else {}
    return {"id": str(node.id), "kind": node.kind, "label": node.label, **person, **({"on": node.day.isoformat()} if node.day else {})}


def _group(group: EventGroup) -> Json:
    return {
        "of": list(map(str, group.ends)), "words": group.label, "first": group.days[0].isoformat(), "last": group.days[-1].isoformat(),
        "items": [str(item.id) for item in group.items],
    }  # fmt: skip


def _steps(answer: Around, node: Node) -> Json:
    return {"steps": answer.distance[node.id]} if node.id in answer.distance else {}


def _named(network: Network, key: uuid.UUID) -> Json:
    return {"id": str(key), "label": network.nodes[key].label}


def _risk(risk: AdultRisk, answer: Around) -> Json:
    return {
        "person": str(risk.person_id), "event": str(risk.event_id), "fact": risk.fact,
        "label": ADULT_FACTS.label(risk.fact) if risk.fact in ADULT_FACTS else risk.fact, "status": risk.status,
        "status_label": LINK_STATUSES.label(risk.status) if risk.status in LINK_STATUSES else risk.status,
        "source": answer.network.agencies.get(risk.agency_id), "known_on": risk.known_on.isoformat(),
        "review_on": risk.review_on.isoformat() if risk.review_on else None, "review_due": risk.review_due(answer.on),
        "recorded_anew": risk.again,
        "told": risk.told or None, "told_words": risk.told_words or None,
    }  # fmt: skip


def _risk_path(path: RiskPath, answer: Around) -> Json:
    return {
        "adult": str(path.risk_of), "child": str(path.child), "people": list(map(str, path.people)),
        "steps": [sentence(link, answer.whole.nodes, answer.on) for link in path.links],
    }


def _not_shown(network: Network) -> Json:
    return {
        "people": network.left_out,
        "hubs": [{"address": str(key), "label": network.nodes[key].label, "people_ever": count}
                 for key, count in sorted(network.hubs.items()) if key in network.nodes],
        "busy": [{"person": str(key), "label": network.nodes[key].label, "relationships": count}
                 for key, count in sorted(network.busy.items()) if key in network.nodes],
    }  # fmt: skip
