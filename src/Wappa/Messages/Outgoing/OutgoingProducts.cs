using System.Text.Json;

namespace Wappa;

/// <summary>One product of a catalogue; what is put in the basket comes back as an <see cref="OrderMessage"/>.</summary>
public sealed record OutgoingProduct : OutgoingInteractive
{
    /// <summary>The catalogue connected to the account.</summary>
    public required string CatalogId { get; init; }

    /// <summary>The product's id as the business named it.</summary>
    public required string RetailerId { get; init; }

    /// <inheritdoc cref="OutgoingFramed.Footer"/>
    public string? Footer { get; init; }

    private protected override string Kind => "product";

    private protected override bool NeedsBody => false;

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.AtMost(path + nameof(Footer), Footer, MaxFooterLength);
        FieldRules.NotEmpty(path + nameof(CatalogId), CatalogId);
        FieldRules.NotEmpty(path + nameof(RetailerId), RetailerId);
    }

    private protected override void WriteFooter(Utf8JsonWriter json) => WriteText(json, "footer"u8, Footer);

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("catalog_id"u8, CatalogId);
        json.WriteString("product_retailer_id"u8, RetailerId);
    }
}

/// <summary>Up to 30 products of a catalogue. It needs a text header.</summary>
public sealed record OutgoingProductList : OutgoingFramed
{
    internal const int MaxSections = 10;
    internal const int MaxProducts = 30;

    /// <inheritdoc cref="OutgoingProduct.CatalogId"/>
    public required string CatalogId { get; init; }

    /// <summary>1 to 10 sections with 30 products in total.</summary>
    public required IReadOnlyList<ProductSection> Sections { get; init; }

    private protected override string Kind => "product_list";

    private protected override bool IsHeaderTextOnly => true;

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.Present(path + nameof(Header), Header);
        FieldRules.NotEmpty(path + nameof(CatalogId), CatalogId);
        ValidateSections(path + nameof(Sections), Sections);
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("catalog_id"u8, CatalogId);
        WriteSections(json, Sections);
    }

    internal static void ValidateSections(string field, IReadOnlyList<ProductSection> sections)
    {
        FieldRules.Present(field, sections);
        FieldRules.Count(field, "sections", sections.Count, 1, MaxSections, "Merge sections, or send a second list.");
        for (var i = 0; i < sections.Count; i++) ProductSection.Validate($"{field}[{i}]", sections[i], sections.Count > 1);
        FieldRules.Count(
            field, "products in all sections", sections.Sum(static section => section.RetailerIds.Count), 1, MaxProducts,
            $"Send the catalogue ({nameof(OutgoingCatalog)}), or a second list.");
    }

    internal static void WriteSections(Utf8JsonWriter json, IReadOnlyList<ProductSection> sections)
    {
        json.WriteStartArray("sections"u8);
        foreach (var section in sections) section.WriteTo(json);
        json.WriteEndArray();
    }
}

/// <summary>Products under one title.</summary>
/// <param name="Title">At most 24 characters; may be null if there is no other section.</param>
/// <param name="RetailerIds">The products' ids as the business named them; at least one.</param>
public sealed record ProductSection(string? Title, IReadOnlyList<string> RetailerIds)
{
    internal static void Validate(string field, ProductSection? section, bool needsTitle)
    {
        FieldRules.Present(field, section);
        var title = $"{field}.{nameof(Title)}";
        if (needsTitle) FieldRules.Required(title, section.Title, ListSection.MaxTitleLength);
        else FieldRules.AtMost(title, section.Title, ListSection.MaxTitleLength);
        var ids = $"{field}.{nameof(RetailerIds)}";
        FieldRules.Present(ids, section.RetailerIds);
        FieldRules.Count(
            ids, "products", section.RetailerIds.Count, 1, OutgoingProductList.MaxProducts, "Leave empty sections out.");
        for (var i = 0; i < section.RetailerIds.Count; i++) FieldRules.NotEmpty($"{ids}[{i}]", section.RetailerIds[i]);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (!string.IsNullOrEmpty(Title)) json.WriteString("title"u8, Title);
        json.WriteStartArray("product_items"u8);
        foreach (var id in RetailerIds)
        {
            json.WriteStartObject();
            json.WriteString("product_retailer_id"u8, id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>A text with a button that opens the whole catalogue connected to the account.</summary>
public sealed record OutgoingCatalog : OutgoingInteractive
{
    /// <inheritdoc cref="OutgoingFramed.Footer"/>
    public string? Footer { get; init; }

    /// <summary>The product whose picture is shown. Default: the catalogue's first.</summary>
    public string? ThumbnailRetailerId { get; init; }

    private protected override string Kind => "catalog_message";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.AtMost(path + nameof(Footer), Footer, MaxFooterLength);
        FieldRules.NullOrNotEmpty(path + nameof(ThumbnailRetailerId), ThumbnailRetailerId);
    }

    private protected override void WriteFooter(Utf8JsonWriter json) => WriteText(json, "footer"u8, Footer);

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "catalog_message"u8);
        if (ThumbnailRetailerId is null) return;
        json.WriteStartObject("parameters"u8);
        json.WriteString("thumbnail_product_retailer_id"u8, ThumbnailRetailerId);
        json.WriteEndObject();
    }
}
