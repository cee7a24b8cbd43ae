using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Benchmarks.Report;

/// <summary>The report as a file for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static async Task WriteAsync(string path, string mode, IReadOnlyList<Row> rows)
    {
        var report = new
        {
            TakenAt = TimeProvider.System.GetUtcNow(),
            Mode = mode,
            Machine = new
            {
                Processors = Environment.ProcessorCount,
                Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                Os = RuntimeInformation.OSDescription,
                Runtime = RuntimeInformation.FrameworkDescription,
                GarbageCollector = GCSettings.IsServerGC ? "server" : "workstation, concurrent",
            },
            Rows = rows,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, Options) + "\n");
    }
}
