namespace Wappa.Caching;

/// <summary>A field holds a value of another kind than the operation needs: increment of a text, append to a number,
/// a whole-number increment of <c>1.0</c>, a sum that does not fit. Nothing changed.</summary>
/// <param name="message">What the field holds, what was asked, what to do.</param>
public sealed class CacheTypeException(string message) : Exception(message);
