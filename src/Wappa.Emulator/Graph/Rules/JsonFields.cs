using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Reads the fields of a message and refuses what cannot be, as the Graph API does: whatever client wrote it.</summary>
internal static class JsonFields
{
    /// <summary>An object that must be there.</summary>
    internal static JsonObject Need(this JsonObject parent, string name, string path) => parent[name] switch
    {
        JsonObject found => found,
        null => throw GraphErrors.Missing($"Parameter '{path}' is required."),
        _ => throw GraphErrors.Invalid($"Param {path} must be a JSON object."),
    };

    /// <summary>An object that may be there.</summary>
    internal static JsonObject? May(this JsonObject parent, string name, string path) =>
        parent[name] is null ? null : parent.Need(name, path);

    /// <summary>A list that must be there.</summary>
    internal static IReadOnlyList<JsonObject> NeedList(this JsonObject parent, string name, string path, int min, int max)
    {
        var items = parent[name] switch
        {
            JsonArray found => found,
            null => throw GraphErrors.Missing($"Parameter '{path}' is required."),
            _ => throw GraphErrors.Invalid($"Param {path} must be an array."),
        };
        if (items.Count < min || items.Count > max)
            throw GraphErrors.Invalid($"Invalid {name} count. Min allowed {name}: {min}, Max allowed {name}: {max}");
        return [.. items.Select(item => item as JsonObject ?? throw GraphErrors.Invalid($"Param {path} must hold JSON objects."))];
    }

    /// <summary>A text that must be there.</summary>
    /// <param name="parent">The object it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="path">Where that is, for the error.</param>
    /// <param name="max">The longest, in UTF-16 units.</param>
    /// <param name="what">What to call it in the error. Default: the path.</param>
    internal static string NeedText(this JsonObject parent, string name, string path, int max, string? what = null)
    {
        var text = parent[name] switch
        {
            JsonValue value when value.TryGetValue<string>(out var found) => found,
            null => throw GraphErrors.Missing($"Parameter '{path}' is required."),
            _ => throw GraphErrors.Invalid($"Param {path} must be a string."),
        };
        return text.Length > 0 && text.Length <= max
            ? text
            : throw GraphErrors.Invalid($"{what ?? path} length invalid. Min length: 1, Max length: {max}");
    }

    /// <summary>A text that may be there, but not be empty.</summary>
    internal static void MayText(this JsonObject parent, string name, string path, int max, string? what = null)
    {
        if (parent[name] is not null) parent.NeedText(name, path, max, what);
    }

    /// <summary>A number, or the digits of one.</summary>
    internal static double NeedNumber(this JsonObject parent, string name, string path, double min, double max)
    {
        var number = parent[name] switch
        {
            JsonValue value when value.TryGetValue<double>(out var found) => found,
            JsonValue value when value.TryGetValue<string>(out var text) &&
                double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var found) => found,
            null => throw GraphErrors.Missing($"Parameter '{path}' is required."),
            _ => throw GraphErrors.Invalid($"Param {path} must be a number."),
        };
        return number >= min && number <= max
            ? number : throw GraphErrors.Invalid($"Param {path} must be from {min} to {max}.");
    }

    /// <summary>A word of a closed set.</summary>
    internal static string NeedOneOf(this JsonObject parent, string name, string path, params ReadOnlySpan<string> allowed)
    {
        var word = parent.NeedText(name, path, 256);
        return allowed.Contains(word) ? word
            : throw GraphErrors.Invalid($"Param {path} must be one of {{{string.Join(", ", allowed!)}}} - got \"{word}\".");
    }

    /// <summary>A web address.</summary>
    internal static void NeedUrl(this JsonObject parent, string name, string path, int max = TemplateUrlLength)
    {
        var text = parent.NeedText(name, path, max);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw GraphErrors.Invalid($"Param {path} is not a valid URL.");
    }

    /// <summary>What no two items may share.</summary>
    internal static void Distinct(IEnumerable<string> values, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (values.Any(value => !seen.Add(value))) throw GraphErrors.Invalid($"Duplicated {what}.");
    }

    private const int TemplateUrlLength = 2000;
}
