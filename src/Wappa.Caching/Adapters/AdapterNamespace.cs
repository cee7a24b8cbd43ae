namespace Wappa.Caching.Adapters;

/// <summary>The check of a namespace that is an option.</summary>
internal static class AdapterNamespace
{
    /// <exception cref="ArgumentException">It is no valid name; the text names the option.</exception>
    internal static void ThrowIfInvalid(string? ns, string option)
    {
        if (!CacheName.IsValid(ns))
        {
            throw new ArgumentException(
                $"{option} is no valid name: 1 to {CacheName.MaxLength} characters, none of them a control character.");
        }
    }
}
