namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>A promise was broken.</summary>
internal sealed class Violation(string message, Exception? innerException = null) : Exception(message, innerException);
