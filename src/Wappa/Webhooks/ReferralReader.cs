using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads a message's <c>referral</c>: a click on an advertisement or a post.</summary>
internal static class ReferralReader
{
    internal static Referral? Read(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var parts = default(Parts);
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("source_url"u8)) parts.SourceUrl = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("source_id"u8)) parts.SourceId = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("source_type"u8)) parts.SourceType = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("headline"u8)) parts.Headline = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("body"u8)) parts.Body = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("media_type"u8)) parts.MediaType = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("image_url"u8)) parts.ImageUrl = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("video_url"u8)) parts.VideoUrl = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("thumbnail_url"u8)) parts.ThumbnailUrl = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("ctwa_clid"u8)) parts.ClickId = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("welcome_message"u8)) parts.Welcome = LenientText.ReadTextOf(ref reader, "text"u8);
            else reader.Skip();
        }

        return parts.ToReferral();
    }

    private struct Parts
    {
        internal string? SourceUrl, SourceId, SourceType, Headline, Body, MediaType;
        internal string? ImageUrl, VideoUrl, ThumbnailUrl, ClickId, Welcome;

        internal readonly Referral ToReferral() => new()
        {
            SourceUrl = SourceUrl,
            SourceId = SourceId,
            SourceType = SourceType,
            Headline = Headline,
            Body = Body,
            MediaType = MediaType,
            ImageUrl = ImageUrl,
            VideoUrl = VideoUrl,
            ThumbnailUrl = ThumbnailUrl,
            ClickId = ClickId,
            WelcomeText = Welcome,
        };
    }
}
