"""Routes of /api/v1/."""

from __future__ import annotations

from django.urls import path

from explorer.rest import views

urlpatterns = [
    path("runs/", views.run_list),
    path("runs/<slug:run_id>/", views.run_detail),
    path("runs/<slug:run_id>/clock/", views.run_clock),
    path("runs/<slug:run_id>/commands/", views.run_commands),
    path("runs/<slug:run_id>/objects/", views.run_objects),
    path("runs/<slug:run_id>/events/", views.run_events),
    path("runs/<slug:run_id>/why/", views.run_why),
    path("runs/<slug:run_id>/packets/", views.run_packets),
    path("runs/<slug:run_id>/forks/", views.run_forks),
    path("scenarios/", views.scenario_list),
    path("shares/", views.share_list),
    path("shares/<slug:slug>/", views.share_detail),
]
