"""Addresses of the kit itself; lists and documents belong to their apps."""

from django.urls import path

from erp.screens.tasks import TASKS
from erp.screens.views import comments, files, jump, kit, news, person, tasks
from erp.screens.views.lists import list_view

app_name = "screens"
urlpatterns = [
    path("go/", jump.jump, name="jump"),
    path("language/", person.language, name="language"),
    path("theme/", person.theme, name="theme"),
    path("comments/<slug:kind>/<int:pk>/", comments.comment, name="comment"),
    path("files/<slug:kind>/<int:pk>/", files.attach, name="attach"),
    path("files/<int:pk>/", files.fetch, name="file"),
    path("files/<int:pk>/remove/", files.remove, name="remove_file"),
    path("office/news/", news.news, name="news"),
    path("office/news/count/", news.count, name="news_count"),
    path("office/news/seen/", news.seen, name="news_seen"),
    path("follow/<slug:kind>/<int:pk>/", news.follow, name="follow"),
    path("unfollow/<slug:kind>/<int:pk>/", news.unfollow, name="unfollow"),
    path("office/tasks/", list_view(TASKS), name="tasks"),
    path("tasks/<slug:kind>/<int:pk>/", tasks.schedule, name="schedule"),
    path("tasks/<int:pk>/done/", tasks.complete, name="complete_task"),
    path("kit/", kit.kit, name="kit"),
    path("kit/products/", kit.kit_products, name="kit_products"),
]
