using System.Diagnostics.CodeAnalysis;

namespace Wappa.Caching.Loading;

/// <summary>The value a load is about to replace.</summary>
internal interface IStaleValue;

/// <summary>The value a load is about to replace, of the type it was stored as.</summary>
internal interface IStaleValue<T> : IStaleValue
{
    bool TryGet([MaybeNullWhen(false)] out T value);
}
