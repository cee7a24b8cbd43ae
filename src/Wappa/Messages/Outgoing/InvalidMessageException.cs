using System.Globalization;

namespace Wappa;

/// <summary>A message WhatsApp would refuse. It was found before anything was sent.</summary>
/// <remarks>The text names the field, what it has, the limit and the way out; it never holds the value.</remarks>
public sealed class InvalidMessageException : ArgumentException
{
    internal InvalidMessageException(string field, string problem, string wayOut)
        : base($"{field} {problem} {wayOut}") => Field = field;

    /// <summary>The field as the app writes it, such as <c>OutgoingButtons.Buttons[1].Title</c>.</summary>
    public string Field { get; }

    /// <summary>How long the value is in characters (UTF-16 units), or how many items there are;
    /// <see langword="null"/> if the rule counts nothing.</summary>
    public int? Actual { get; private init; }

    /// <summary>The most there may be, in the unit of <see cref="Actual"/>; <see langword="null"/> if the rule counts
    /// nothing.</summary>
    public int? Limit { get; private init; }

    internal static InvalidMessageException OfLength(string field, int length, int min, int max, string wayOut) =>
        new(field, string.Create(
            CultureInfo.InvariantCulture, $"has {length} characters; WhatsApp takes {min} to {max}."), wayOut)
        {
            Actual = length,
            Limit = max,
        };

    internal static InvalidMessageException OfCount(
        string field, string items, int count, int min, int max, string wayOut) =>
        new(field, string.Create(
            CultureInfo.InvariantCulture, $"has {count} {items}; WhatsApp takes {min} to {max}."), wayOut)
        {
            Actual = count,
            Limit = max,
        };
}
