using System.ComponentModel.DataAnnotations;

namespace Wappa.Caching;

/// <summary>A value breaks the validation attributes of its type. It was not stored. The message names the type and its
/// members only and may be logged; the texts in <see cref="Failures"/> may hold what the user wrote.</summary>
public sealed class CacheValidationException : ValidationException
{
    internal CacheValidationException(Type type, IReadOnlyList<ValidationResult> failures, IReadOnlyList<string> members)
        : base(Describe(type, failures.Count, members)) => Failures = failures;

    /// <summary>Each broken rule, with its text and the members it names.</summary>
    public IReadOnlyList<ValidationResult> Failures { get; }

    private static string Describe(Type type, int failures, IReadOnlyList<string> members)
    {
        var rules = failures == 1 ? "a rule is broken" : $"{failures} rules are broken";
        var names = members.Count == 0 ? "" : $" ({string.Join(", ", members.Distinct().Take(10))})";
        return $"The {type.Name} was not stored: {rules}{names}. {nameof(Failures)} says why.";
    }
}
