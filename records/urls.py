"""The archive's addresses."""

from django.urls import path

from records.views import captures, proof, records

app_name = "records"

urlpatterns = [
    path("records/", records.list_records, name="list_records"),
    path("records/<int:pk>/", records.see_record, name="see_record"),
    path("records/<int:pk>/picture/", records.see_picture, name="see_picture"),
    path("records/<int:pk>/warc/", records.download_warc, name="download_warc"),
    path("captures/", captures.list_captures, name="list_captures"),
    path("accounts/<int:pk>/archive/", captures.account_archive, name="account_archive"),
    path(
        "accounts/<int:pk>/archive/summary/", captures.account_archive_summary, name="account_archive_summary"
    ),
    path("accounts/<int:pk>/capture/", captures.open_capture, name="open_capture"),
    path("archive/proof/", proof.see_proof, name="see_proof"),
    path("archive/proof/verify/", proof.open_verification, name="open_verification"),
    path("archive/checkpoints/", proof.list_checkpoints, name="list_checkpoints"),
    path("archive/checkpoints/<int:number>/", proof.download_checkpoint, name="download_checkpoint"),
]
