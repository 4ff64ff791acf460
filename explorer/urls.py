"""Routes."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from explorer import pages

urlpatterns = [
    path("", pages.landing),
    path("runs/<slug:run_id>/", pages.run),
    path("s/<slug:slug>/", pages.share),
    path("livez", pages.livez),
    path("readyz", pages.readyz),
    path("metrics", pages.metrics),
    path("api/v1/", include("explorer.rest.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema")),
]
handler404 = "explorer.pages.not_found"
