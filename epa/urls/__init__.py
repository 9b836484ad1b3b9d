from epa.urls import assessing, preparing

app_name = "epa"
urlpatterns = [*preparing.urlpatterns, *assessing.urlpatterns]
