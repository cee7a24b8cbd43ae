using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads a message's <c>context</c>.</summary>
internal static class ContextReader
{
    internal static MessageContext? Read(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? id = null, from = null, bsuid = null;
        bool forwarded = false, often = false;
        ProductReference? product = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("id"u8)) id = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("from"u8)) from = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("from_user_id"u8)) bsuid = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("forwarded"u8)) forwarded = LenientText.ReadFlag(ref reader);
            else if (name.SequenceEqual("frequently_forwarded"u8)) often = LenientText.ReadFlag(ref reader);
            else if (name.SequenceEqual("referred_product"u8)) product = ReadProduct(ref reader);
            else reader.Skip();
        }

        return new()
        {
            MessageId = id,
            From = from,
            FromBsuid = bsuid,
            Forwarded = forwarded || often,
            FrequentlyForwarded = often,
            Product = product,
        };
    }

    private static ProductReference? ReadProduct(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? catalog = null, retailer = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("catalog_id"u8)) catalog = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("product_retailer_id"u8)) retailer = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new(catalog, retailer);
    }
}
