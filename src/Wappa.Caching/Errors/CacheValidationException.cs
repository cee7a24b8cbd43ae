using System.ComponentModel.DataAnnotations;

namespace Wappa.Caching;

/// <summary>A value breaks the validation attributes of its type. It was not stored.</summary>
public sealed class CacheValidationException : ValidationException
{
    internal CacheValidationException(Type type, IReadOnlyList<ValidationResult> failures)
        : base($"The {type.Name} was not stored: {string.Join(" ", failures.Select(failure => failure.ErrorMessage))}") =>
        Failures = failures;

    /// <summary>Each broken rule, with the members it names.</summary>
    public IReadOnlyList<ValidationResult> Failures { get; }
}
