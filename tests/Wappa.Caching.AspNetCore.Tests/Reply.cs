namespace Wappa.Caching.AspNetCore.Tests;

/// <summary>A response as a client has it.</summary>
internal sealed record Reply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Only what came out of the cache has an age.</summary>
    internal bool IsHit => Headers.ContainsKey("Age");

    internal string? this[string name] => Headers.GetValueOrDefault(name);

    internal static async Task<Reply> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new Reply(
                (int)response.StatusCode, await response.Content.ReadAsStringAsync(),
                response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                    .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        }
    }
}
