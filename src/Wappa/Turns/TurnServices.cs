using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Graph;

namespace Wappa.Turns;

/// <summary>What every turn draws from.</summary>
internal sealed class TurnServices(
    IDocumentStore store, IOptions<CachingOptions> options, GraphClient graph, ILoggerFactory loggers)
{
    private readonly CachingOptions _options = options.Value;
    private readonly ILogger _logger = loggers.CreateLogger("Wappa.Caching");

    internal IDocumentStore Store => store;

    internal GraphClient Graph => graph;

    internal CacheSerializer Serializer => _options.Serializer;

    internal int MaxRecordBytes => _options.MaxRecordBytes;

    /// <summary>The app's caches over the unit of work of a turn.</summary>
    internal ICacheFactory CachesOver(TurnStore turn) => Caching.CacheFactory.Over(turn, _options, _logger);
}
