using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Wappa.Emulator;

/// <summary>A template of the business, approved from the start.</summary>
/// <param name="Id">Digits.</param>
/// <param name="Name">Its name.</param>
/// <param name="Language">Such as <c>en_US</c>.</param>
/// <param name="Category"><c>MARKETING</c>, <c>UTILITY</c> or <c>AUTHENTICATION</c>.</param>
/// <param name="Components">Its definition.</param>
internal sealed partial record Template(string Id, string Name, string Language, string Category, JsonArray Components)
{
    /// <summary>How many values the body asks for.</summary>
    internal int BodyParameters => Components.OfType<JsonObject>()
        .Where(component => string.Equals(component.Text("type"), "BODY", StringComparison.OrdinalIgnoreCase))
        .Sum(component => Placeholder().Matches(component.Text("text") ?? "").DistinctBy(match => match.Value).Count());

    internal MessagePricing Pricing => new(true, "regular", Category.ToLowerInvariant());

    internal JsonObject View() => new()
    {
        ["name"] = Name,
        ["language"] = Language,
        ["status"] = "APPROVED",
        ["category"] = Category,
        ["components"] = Components.DeepClone(),
        ["id"] = Id,
    };

    [GeneratedRegex(@"\{\{\s*\w+\s*\}\}")]
    private static partial Regex Placeholder();
}

/// <summary>The templates of the business.</summary>
internal sealed class TemplateShelf(LocalIds ids)
{
    private readonly Lock _lock = new();
    private readonly List<Template> _templates = [];

    /// <summary>Adds one, in place of one with the same name and language.</summary>
    internal Template Add(string name, string language, string category, JsonArray components)
    {
        var template = new Template(ids.Digits(15), name, language, category.ToUpperInvariant(), (JsonArray)components.DeepClone());
        lock (_lock)
        {
            _templates.RemoveAll(known => known.Name == name && known.Language == language);
            _templates.Add(template);
        }

        return template;
    }

    internal Template? Find(string name, string language)
    {
        lock (_lock) return _templates.Find(known => known.Name == name && known.Language == language);
    }

    internal IReadOnlyList<Template> List()
    {
        lock (_lock) return [.. _templates];
    }

    internal int Remove(string name)
    {
        lock (_lock) return _templates.RemoveAll(known => known.Name == name);
    }

    internal void Clear()
    {
        lock (_lock) _templates.Clear();
    }
}
