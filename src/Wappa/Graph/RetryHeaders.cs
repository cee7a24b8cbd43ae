using System.Text.Json;

namespace Wappa.Graph;

/// <summary>The wait an answer's headers ask for.</summary>
internal static class RetryHeaders
{
    private const string Usage = "x-business-use-case-usage";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The longer of <c>Retry-After</c> in seconds and of the minutes until the account's call quota is free
    /// again.</summary>
    /// <returns>Null if neither is there or can be read. Never more than a day: what asks for more is
    /// mistaken.</returns>
    internal static TimeSpan? Read(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        if (response.Headers.TryGetValues(Usage, out var values))
        {
            foreach (var value in values)
            {
                var quota = ReadUsage(value);
                if (quota > wait) wait = quota;
            }
        }

        return wait <= TimeSpan.Zero ? null : wait < Longest ? wait : Longest;
    }

    // {"<account>": [{"type": …, "estimated_time_to_regain_access": <minutes>}]}
    private static TimeSpan ReadUsage(string json)
    {
        var minutes = 0.0;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return default;
            foreach (var account in document.RootElement.EnumerateObject())
            {
                if (account.Value.ValueKind != JsonValueKind.Array) continue;
                foreach (var use in account.Value.EnumerateArray())
                {
                    if (use.ValueKind == JsonValueKind.Object &&
                        use.TryGetProperty("estimated_time_to_regain_access"u8, out var estimate) &&
                        estimate.ValueKind == JsonValueKind.Number && estimate.TryGetDouble(out var asked))
                    {
                        minutes = Math.Max(minutes, asked);
                    }
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return default; // advice that cannot be read is none
        }

        return TimeSpan.FromMinutes(Math.Min(minutes, Longest.TotalMinutes));
    }
}
