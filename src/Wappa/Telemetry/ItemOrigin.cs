using System.Diagnostics;

namespace Wappa.Telemetry;

/// <summary>The delivery that brought an item into this process; made only if somebody watches.</summary>
/// <param name="Exchange">The request's id.</param>
/// <param name="Activity">The delivery's trace, which the turn links to; default: none.</param>
internal sealed record ItemOrigin(string Exchange, ActivityContext Activity);
