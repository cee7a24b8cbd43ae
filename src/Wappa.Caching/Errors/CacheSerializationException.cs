namespace Wappa.Caching;

/// <summary>A value does not become JSON, or stored JSON does not fit the type it is read as. It is never "missing".</summary>
/// <param name="message">Which scope, type and JSON path; never the value itself.</param>
/// <param name="innerException">What the serializer said.</param>
public sealed class CacheSerializationException(string message, Exception? innerException = null)
    : Exception(message, innerException);
