"""Routes of /api/v1/."""

from __future__ import annotations

from django.urls import path

from explorer.rest import (
    add_on_calls,
    client_calls,
    moment_calls,
    run_calls,
    scheduling_calls,
    share_calls,
    terminal_calls,
)
from explorer.rest.call import unlisted, view

urlpatterns = [
    path("runs/", view(run_calls.list_runs, run_calls.start_run)),
    path("runs/<slug:run_id>/", view(run_calls.show_run)),
    path("runs/<slug:run_id>/clock/", view(run_calls.move_clock)),
    path("runs/<slug:run_id>/commands/", view(run_calls.give_command)),
    path("runs/<slug:run_id>/objects/", view(moment_calls.list_objects)),
    path("runs/<slug:run_id>/events/", view(moment_calls.list_events)),
    path("runs/<slug:run_id>/events/density/", view(moment_calls.show_density)),
    path("runs/<slug:run_id>/why/", view(moment_calls.explain)),
    path("runs/<slug:run_id>/packets/", view(moment_calls.send_packet)),
    path("runs/<slug:run_id>/network/", view(moment_calls.show_network)),
    path("runs/<slug:run_id>/traffic/", view(moment_calls.show_traffic)),
    path("runs/<slug:run_id>/usage/", view(moment_calls.show_usage)),
    path("runs/<slug:run_id>/logs/", view(add_on_calls.search_logs)),
    path("runs/<slug:run_id>/add-ons/", view(add_on_calls.list_add_ons)),
    path("runs/<slug:run_id>/scheduling/", view(scheduling_calls.show_scheduling)),
    path(
        "runs/<slug:run_id>/scheduling/decisions/<str:namespace>/<str:name>/",
        view(scheduling_calls.show_decision),
    ),
    path("runs/<slug:run_id>/forks/", view(run_calls.fork_run)),
    path("runs/<slug:run_id>/kubeconfig/", view(client_calls.get_kubeconfig, client_calls.revoke_kubeconfigs)),
    # The address as people type it; a redirect would lose the method.
    path("runs/<slug:run_id>/kubeconfig", unlisted(client_calls.get_kubeconfig, client_calls.revoke_kubeconfigs)),
    path("runs/<slug:run_id>/requests/", view(client_calls.list_requests)),
    path("runs/<slug:run_id>/terminal/", view(terminal_calls.type_line)),
    path("runs/<slug:run_id>/terminal/complete/", view(terminal_calls.complete_line)),
    path("runs/<slug:run_id>/terminal/<slug:line_id>/", view(terminal_calls.follow_line, terminal_calls.stop_line)),
    path("runs/<slug:run_id>/terminal/<slug:line_id>/input/", view(terminal_calls.type_into)),
    path("scenarios/", view(run_calls.list_scenarios)),
    path("shares/", view(share_calls.make_share)),
    path("shares/<slug:slug>/", view(share_calls.show_share, share_calls.open_share)),
]
