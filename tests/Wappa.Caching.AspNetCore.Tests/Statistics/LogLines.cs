using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Tests.Statistics;

/// <summary>Keeps the warnings of this package.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _warnings = new();

    internal IReadOnlyList<string> Warnings => [.. _warnings];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning && category.StartsWith("Wappa.Caching.AspNetCore");

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) lines._warnings.Enqueue(formatter(state, exception));
        }
    }
}
