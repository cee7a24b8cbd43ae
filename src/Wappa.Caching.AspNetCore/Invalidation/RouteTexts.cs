using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>Writes a route's template as the path it stands for in one request.</summary>
internal static class RouteTexts
{
    /// <summary>The path.</summary>
    /// <param name="pattern">The template.</param>
    /// <param name="segments">How many of its segments.</param>
    /// <param name="values">The request's route values.</param>
    /// <returns>Null: a value is missing. An optional parameter without a value ends the path.</returns>
    internal static string? TryWrite(RoutePattern pattern, int segments, RouteValueDictionary values)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.PathSegments.Take(segments))
        {
            var start = path.Length;
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                if (TryWrite(path, part, values)) continue;
                if (part is not RoutePatternParameterPart { IsOptional: true }) return null;
                path.Length = start;
                return path.Length == 0 ? "/" : path.ToString();
            }
        }

        return path.Length == 0 ? "/" : path.ToString();
    }

    /// <summary>What all paths of a route have in common: its literals in lower case, <c>{}</c> for each parameter. Constraints,
    /// defaults and
    /// names differ between templates that mean the same paths.</summary>
    internal static string Shape(RoutePattern pattern)
    {
        var text = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            text.Append('/');
            foreach (var part in segment.Parts)
            {
                text.Append(part switch
                {
                    RoutePatternLiteralPart literal => literal.Content.ToLowerInvariant(),
                    RoutePatternSeparatorPart separator => separator.Content,
                    _ => "{}",
                });
            }
        }

        return text.Length == 0 ? "/" : text.ToString();
    }

    private static bool TryWrite(StringBuilder path, RoutePatternPart part, RouteValueDictionary values)
    {
        switch (part)
        {
            case RoutePatternLiteralPart literal:
                path.Append(literal.Content);
                return true;
            case RoutePatternSeparatorPart separator:
                path.Append(separator.Content);
                return true;
            case RoutePatternParameterPart parameter when values.TryGetValue(parameter.Name, out var value) && value is not null:
                path.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                return true;
            default:
                return false;
        }
    }
}
