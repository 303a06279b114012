"""Two addresses: is this purpose granted by this person, and: keep what they decided."""

import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.usual.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.authentication import TokenAuthentication  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from config.bench.usual.models import Act, Permission  # noqa: E402


class Question(serializers.Serializer[Any]):
    """What is asked."""

    person = serializers.CharField(max_length=64)
    purpose = serializers.CharField(max_length=64)


class Answer(serializers.Serializer[Any]):
    """What is answered."""

    decision = serializers.BooleanField()
    reason = serializers.CharField()


class Check(APIView):
    """POST /check"""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)

    def post(self, request: Request) -> Response:
        """Look the one row up."""
        asked = Question(data=request.data)
        asked.is_valid(raise_exception=True)
        found = Permission.objects.filter(**asked.validated_data).first()
        granted = bool(found and found.granted)
        reason = "consent" if granted else "no_consent"
        return Response(Answer({"decision": granted, "reason": reason}).data)


class Decided(serializers.ModelSerializer[Act]):
    """What a person decided."""

    class Meta:
        model = Act
        fields = "__all__"


class Acts(APIView):
    """POST /acts"""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)

    def post(self, request: Request) -> Response:
        """Insert the one row."""
        told = Decided(data=request.data)
        told.is_valid(raise_exception=True)
        told.save()
        return Response(told.data, status=201)


urlpatterns = [path("check", Check.as_view()), path("acts", Acts.as_view())]
