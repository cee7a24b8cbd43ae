using System.Text.Json;

namespace Wappa;

/// <summary>A text with a button that opens up to ten rows; what is chosen comes back as a
/// <see cref="ListReplyMessage"/>.</summary>
public sealed record OutgoingList : OutgoingFramed
{
    internal const int MaxListBodyLength = 4096;
    internal const int MaxButtonLength = 20;
    internal const int MaxSections = 10;
    internal const int MaxRows = 10;

    /// <summary>1 to 20 characters on the button that opens the list.</summary>
    public required string ButtonText { get; init; }

    /// <summary>1 to 10 sections with 10 rows in total; each row's id is its own.</summary>
    public required IReadOnlyList<ListSection> Sections { get; init; }

    private protected override string Kind => "list";

    private protected override int MaxBody => MaxListBodyLength;

    private protected override bool IsHeaderTextOnly => true;

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.Required(path + nameof(ButtonText), ButtonText, MaxButtonLength);
        var field = path + nameof(Sections);
        FieldRules.Present(field, Sections);
        FieldRules.Count(field, "sections", Sections.Count, 1, MaxSections, "Merge sections, or send a second list.");
        for (var i = 0; i < Sections.Count; i++) ListSection.Validate($"{field}[{i}]", Sections[i], Sections.Count > 1);
        var rows = Sections.SelectMany(static section => section.Rows);
        FieldRules.Count(
            field, "rows in all sections", Sections.Sum(static section => section.Rows.Count), 1, MaxRows,
            "Make the last row lead to a second list.");
        FieldRules.Distinct($"{field}.{nameof(ListRow.Id)}", rows.Select(static row => row.Id));
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteString("button"u8, ButtonText);
        json.WriteStartArray("sections"u8);
        foreach (var section in Sections) section.WriteTo(json);
        json.WriteEndArray();
    }
}

/// <summary>Rows of a list under one title.</summary>
/// <param name="Title">At most 24 characters; may be null if the list has no other section.</param>
/// <param name="Rows">At least one row.</param>
public sealed record ListSection(string? Title, IReadOnlyList<ListRow> Rows)
{
    internal const int MaxTitleLength = 24;

    internal static void Validate(string field, ListSection? section, bool needsTitle)
    {
        FieldRules.Present(field, section);
        var title = $"{field}.{nameof(Title)}";
        if (needsTitle) FieldRules.Required(title, section.Title, MaxTitleLength);
        else FieldRules.AtMost(title, section.Title, MaxTitleLength);
        FieldRules.Present($"{field}.{nameof(Rows)}", section.Rows);
        FieldRules.Count(
            $"{field}.{nameof(Rows)}", "rows", section.Rows.Count, 1, OutgoingList.MaxRows, "Leave empty sections out.");
        for (var i = 0; i < section.Rows.Count; i++) ListRow.Validate($"{field}.{nameof(Rows)}[{i}]", section.Rows[i]);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (!string.IsNullOrEmpty(Title)) json.WriteString("title"u8, Title);
        json.WriteStartArray("rows"u8);
        foreach (var row in Rows) row.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>One choice of a list.</summary>
/// <param name="Id">1 to 200 characters that come back when it is chosen.</param>
/// <param name="Title">1 to 24 characters.</param>
/// <param name="Description">At most 72 characters below the title. Default: none.</param>
public sealed record ListRow(string Id, string Title, string? Description = null)
{
    internal const int MaxIdLength = 200;
    internal const int MaxTitleLength = 24;
    internal const int MaxDescriptionLength = 72;

    internal static void Validate(string field, ListRow? row)
    {
        FieldRules.Present(field, row);
        FieldRules.Required($"{field}.{nameof(Id)}", row.Id, MaxIdLength);
        FieldRules.Required($"{field}.{nameof(Title)}", row.Title, MaxTitleLength);
        FieldRules.AtMost($"{field}.{nameof(Description)}", row.Description, MaxDescriptionLength);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        json.WriteString("title"u8, Title);
        if (!string.IsNullOrEmpty(Description)) json.WriteString("description"u8, Description);
        json.WriteEndObject();
    }
}
