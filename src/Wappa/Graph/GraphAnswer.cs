using System.Net;

namespace Wappa.Graph;

/// <summary>An answer that is a success.</summary>
internal readonly record struct GraphAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body);
