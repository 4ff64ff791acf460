"""Routes."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from explorer import pages

urlpatterns = [
    path("", pages.landing),
    path("runs/<slug:run_id>/", pages.run),
    path("s/<slug:slug>/", pages.share),
    path("livez", pages.livez),
    path("readyz", pages.readyz),
    path("metrics", pages.prometheus),
    path("api/v1/", include("explorer.rest.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", pages.Docs.as_view(url_name="schema")),
]
handler400 = "explorer.pages.bad_request"
handler403 = "explorer.pages.forbidden"
handler404 = "explorer.pages.not_found"
handler500 = "explorer.pages.server_error"
