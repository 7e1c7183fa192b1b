"""What a server of a known kind has at the end of an event, against what it had before it.

A state is {service: {resource: {entry: value}}}; a resource whose entries have no names, such as a queue, is a list. A database is
{table: {row: value}}. All values are JSON, and none of them depends on the time or on chance if the function's own do not.
"""
import hashlib
import json

# Larger texts are given by their digest alone.
SHOWN_TEXT_BYTES = 4096
SHOWN_JSON_BYTES = 64 * 1024


def changes(before, after):
    """Returns the parts of `after` that are new or differ from `before`. What is gone is None."""
    found = {}
    for name in sorted(set(before) | set(after)):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        # A new resource is shown whole, an old one by its entries.
        if isinstance(old, dict) and isinstance(new, dict):
            found[name] = entry_changes(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            found[name] = list_changes(old, new)
        else:
            found[name] = new
    return found


def list_changes(before, after):
    """Returns {"new": [...], "gone": [...]}, without an empty one. In a queue whose order counts, the new ones are at its end."""
    gone, new = list(before), []
    for value in after:
        if value in gone:
            gone.remove(value)
        else:
            new.append(value)
    return {name: values for name, values in (("new", new), ("gone", gone)) if values}


def entry_changes(before, after):
    return {name: after.get(name) for name in sorted(set(before) | set(after)) if before.get(name) != after.get(name)}


def state_changes(before, after):
    """The same for a state with services. A service without any change is left out."""
    found = {service: changes(before.get(service, {}), after.get(service, {})) for service in sorted(set(before) | set(after))}
    return {service: changed for service, changed in found.items() if changed}


def content_of(content):
    """Describes bytes: their size and digest, and the text or the JSON itself if it is short."""
    described = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return described
    if text[:1] in ("{", "[") and len(content) <= SHOWN_JSON_BYTES:
        try:
            described["json"] = json.loads(text)
            return described
        except ValueError:
            pass
    if len(content) <= SHOWN_TEXT_BYTES and "\0" not in text:
        described["text"] = text
    return described


def in_order(values):
    """Sorts JSON values, so that a list in which only the order differs is the same list. Digests do not decide: one part that is
    chance would put a list into any order."""
    def place(value):
        if isinstance(value, dict):
            value = {key: part for key, part in value.items() if key not in ("sha256", "size")}
        return json.dumps(value, sort_keys=True)

    return sorted(values, key=place)
