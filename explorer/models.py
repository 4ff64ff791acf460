"""What is kept: runs, their branches and command logs, and share links. The clusters themselves are rebuilt from these."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """A simulated cluster somebody started. Tokens are kept as hashes only."""

    id = models.CharField(primary_key=True, max_length=24)
    title = models.CharField(max_length=200, blank=True)
    scenario = models.CharField(max_length=100, blank=True)
    config = models.JSONField()
    seed = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64)
    owner_hash = models.CharField(max_length=64, db_index=True)
    engine = models.CharField(max_length=20)
    branch = models.CharField(max_length=80, default="main")
    number = models.BigIntegerField(default=0)
    at = models.BigIntegerField(default=0)
    # How often it was rebuilt from its log: frames of different incarnations never look alike.
    incarnation = models.IntegerField(default=1)
    # Its card when it was saved last, for lists of runs that are not in memory.
    card = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(auto_now=True, db_index=True)


class Branch(models.Model):
    """One history of a run; a fork keeps the branch that it leaves. The head is the furthest that was reached."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="branches")
    name = models.CharField(max_length=80)
    parent = models.CharField(max_length=80, blank=True)
    fork_number = models.BigIntegerField(default=0)
    fork_at = models.BigIntegerField(default=0)
    head_number = models.BigIntegerField(default=0)
    head_at = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="one_branch_of_a_name")]


class LoggedCommand(models.Model):
    """An entry of a branch's command log: with config and seed, the save file. `answer` is what kubectl printed."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="commands")
    index = models.IntegerField()
    client_id = models.CharField(max_length=80, blank=True)
    entry = models.JSONField()
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "index"], name="one_command_at_a_place")]
        indexes = [models.Index(fields=["branch", "client_id"], name="command_by_client_id")]
        ordering = ["index"]


class Share(models.Model):
    """A link to a moment: run, branch, event, and what the author was looking at."""

    slug = models.CharField(primary_key=True, max_length=24)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="shares")
    branch = models.CharField(max_length=80)
    number = models.BigIntegerField()
    at = models.BigIntegerField()
    state_hash = models.CharField(max_length=32)
    view = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)


class Kubeconfig(models.Model):
    """A way into the Kubernetes API of a run: the hash of a bearer token ("token") or of a secret path ("path")."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="kubeconfigs")
    secret_hash = models.CharField(max_length=64, unique=True)
    variant = models.CharField(max_length=8)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()


class Quota(models.Model):
    """How much somebody has created in an hour. `key` is a keyed hash of an address or an owner, never the address."""

    key = models.CharField(primary_key=True, max_length=64)
    hour = models.BigIntegerField()
    spent = models.IntegerField()
