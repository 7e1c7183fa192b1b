"""What moto's server has, without what changes from run to run: dates, ids of requests and messages, receipt handles, versions.

The names of moto's own classes are those of the version in rules/tools.toml; tests/e2e/aws_test.py reads every service back.
"""
import base64
import sys

from lbundle_scripts.service_written import content_of, in_order

# Headers of an object that say nothing about it.
PLAIN_TYPE = "binary/octet-stream"


def backends(service, account, region):
    """Yields (prefix of names, backend) of each region in use. In the function's own region names have no prefix."""
    if "moto.%s.models" % service not in sys.modules:
        return
    from moto.backends import get_backend

    accounts = get_backend(service)
    for owner in sorted(accounts):
        for place, backend in sorted(accounts[owner].items()):
            prefix = "" if place in (region, "aws", "global") else place + ":"
            yield (prefix if owner == account else "%s:%s" % (owner, prefix)), backend


def state(account, region):
    found = {}
    for service, resources_of in SERVICES.items():
        resources = {}
        for prefix, backend in backends(service, account, region):
            for name, resource in resources_of(backend):
                resources[prefix + name] = resource
        if resources:
            found[service] = resources
    return found


def s3(backend):
    for name, bucket in backend.buckets.items():
        yield name, {key: s3_object(backend, stored) for key, stored in bucket.keys.items() if hasattr(stored, "value")}


def s3_object(backend, stored):
    described = content_of(stored.value)
    headers = {name.lower(): value for name, value in (stored.metadata or {}).items()}
    metadata = {}
    for name, value in sorted(headers.items()):
        if name.startswith("x-amz-meta-"):
            metadata[name[len("x-amz-meta-"):]] = value
        elif name in ("cache-control", "content-disposition", "content-encoding", "content-language"):
            described[name] = value
    if headers.get("content-type", PLAIN_TYPE) != PLAIN_TYPE:
        described["content-type"] = headers["content-type"]
    if metadata:
        described["metadata"] = metadata
    tags = backend.tagger.get_tag_dict_for_resource(stored.arn)
    if tags:
        described["tags"] = tags
    if stored.storage_class != "STANDARD":
        described["storage-class"] = stored.storage_class
    return described


def dynamodb(backend):
    for name, table in backend.tables.items():
        names = [attribute for attribute in (table.hash_key_attr, table.range_key_attr) if attribute]
        items = {}
        for item in table.all_items():
            attributes = {key: canonical(value) for key, value in item.to_json()["Attributes"].items()}
            items[",".join("%s=%s" % (key, next(iter(attributes[key].values()))) for key in names)] = attributes
        yield name, items


def canonical(value):
    """Returns a value of DynamoDB's JSON with its sets in order."""
    kind, content = next(iter(value.items()))
    if kind in ("SS", "NS", "BS"):
        return {kind: sorted(map(as_text, content))}
    if kind == "L":
        return {kind: [canonical(each) for each in content]}
    if kind == "M":
        return {kind: {key: canonical(each) for key, each in content.items()}}
    return {kind: as_text(content)}


def as_text(content):
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content


def sqs(backend):
    for name, queue in backend.queues.items():
        messages = [sqs_message(message) for message in queue._messages]
        yield name, messages if queue.fifo_queue else in_order(messages)


# What SNS adds to a message that it hands on, and what changes from run to run.
NOTIFICATION_CHANCE = ("MessageId", "Timestamp", "Signature", "SigningCertURL", "UnsubscribeURL")


def sqs_message(message):
    described = content_of(message.body.encode("utf-8", "surrogatepass"))
    inside = described.get("json")
    if isinstance(inside, dict) and inside.get("Type") == "Notification" and "Signature" in inside:
        described = {"json": {name: value for name, value in inside.items() if name not in NOTIFICATION_CHANCE}}
    elif "text" in described:
        described = {"text": message.body}
    if message.message_attributes:
        described["attributes"] = attributes_of(message.message_attributes)
    if message.group_id:
        described["group"] = message.group_id
    if message.delayed:
        described["state"] = "delayed"
    elif not message.visible:
        described["state"] = "in flight"
    return described


def attributes_of(attributes):
    return {name: {key: as_text(part) for key, part in sorted(value.items()) if part is not None}
            if isinstance(value, dict) else as_text(value) for name, value in sorted(attributes.items())}


def sns(backend):
    for topic in backend.topics.values():
        messages = []
        for _, message, subject, attributes, group in topic.sent_notifications:
            described = {"message": message, "subject": subject, "attributes": attributes and attributes_of(attributes), "group": group}
            messages.append({name: value for name, value in described.items() if value})
        yield topic.name, messages if group_order(topic) else in_order(messages)


def group_order(topic):
    return topic.name.endswith(".fifo")


def ssm(backend):
    parameters = {}
    for name, versions in dict.items(backend._parameters):
        if versions and not name.startswith("/aws/"):
            parameter = versions[-1]
            plain = parameter.decrypt(parameter.value) if parameter.parameter_type == "SecureString" else parameter.value
            parameters[parameter.name] = {"value": plain, "type": parameter.parameter_type}
    if parameters:
        yield "parameters", parameters


def secretsmanager(backend):
    secrets = {}
    for secret in backend.secrets.values():
        if secret.is_deleted():
            secrets[secret.name] = {"deleted": True}
            continue
        version = next((each for each in getattr(secret, "versions", {}).values()
                        if "AWSCURRENT" in each.get("version_stages", [])), {})
        secrets[secret.name] = {key: as_text(version[name]) for name, key in
                                (("secret_string", "text"), ("secret_binary", "binary")) if version.get(name) is not None}
    if secrets:
        yield "secrets", secrets


SERVICES = {"s3": s3, "dynamodb": dynamodb, "sqs": sqs, "sns": sns, "ssm": ssm, "secretsmanager": secretsmanager}
