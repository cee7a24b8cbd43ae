using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads a basket.</summary>
internal static class OrderReader
{
    /// <summary>Moves to the value of <c>order</c> and reads it.</summary>
    internal static OrderMessage? Read(ref Utf8JsonReader reader, in MessageParts parts)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? catalog = null, text = null;
        IReadOnlyList<OrderItem> items = [];
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("catalog_id"u8)) catalog = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("text"u8)) text = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("product_items"u8)) items = LenientText.ReadList(ref reader, ReadItem);
            else reader.Skip();
        }

        return items.Count is 0
            ? null
            : new() { Id = parts.Id!, Type = parts.Type!, Parts = parts, CatalogId = catalog, Text = text, Items = items };
    }

    private static OrderItem? ReadItem(ref Utf8JsonReader reader)
    {
        string? product = null, currency = null;
        long? quantity = null;
        decimal? price = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("product_retailer_id"u8)) product = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("quantity"u8)) quantity = LenientText.ReadNumber(ref reader);
            else if (name.SequenceEqual("item_price"u8)) price = LenientText.ReadDecimal(ref reader);
            else if (name.SequenceEqual("currency"u8)) currency = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return product is null ? null : new(product, quantity ?? 0, price, currency);
    }
}
