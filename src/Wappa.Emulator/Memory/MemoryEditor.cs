using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>The routes that change what the app remembers: through the contract every backend keeps, and never behind a change that
/// the page has not seen.</summary>
internal sealed class MemoryEditor(
    IDocumentStore store, MemoryReader reader, MemoryUsers users, MemoryHistory history, IUserData userData)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/memory/record", WriteAsync);
        routes.MapPost("/memory/record/ttl", ExpireAsync);
        routes.MapPost("/memory/record/delete", DeleteAsync);
        routes.MapPost("/memory/erase", EraseAsync);
    }

    private async Task<IResult> WriteAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var key = Writable(RecordAddress.Read(given, users));
        var document = DocumentOf(given);
        if (!long.TryParse(
            RecordAddress.Text(given, "revision"), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
        {
            throw ApiRefusal.Unreadable("revision is the text that came with the record, or \"0\" for a new one.");
        }

        RecordChange change = revision == 0
            ? new RecordChange.CreateIfAbsent(document)
            : new RecordChange.ReplaceIf(document, revision);
        try
        {
            var result = await store.ApplyAsync(key, change, cancellationToken).ConfigureAwait(false);
            var current = await reader.FindAsync(key, cancellationToken).ConfigureAwait(false);
            return result.Applied && current is not null ? ApiRequests.Json(current) : Conflict(current);
        }
        catch (CacheLimitException error)
        {
            throw new ApiRefusal(StatusCodes.Status413PayloadTooLarge, error.Message);
        }
    }

    private async Task<IResult> ExpireAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var key = Writable(RecordAddress.Read(given, users));
        var result = await store.ApplyAsync(key, TtlOf(given), cancellationToken).ConfigureAwait(false);
        var current = result.Applied ? await reader.FindAsync(key, cancellationToken).ConfigureAwait(false) : null;
        return ApiRequests.Json(current ?? throw ApiRefusal.Unknown("record"));
    }

    private async Task<IResult> DeleteAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var key = Writable(RecordAddress.Read(given, users));
        var result = await store.ApplyAsync(key, new RecordChange.Delete(), cancellationToken).ConfigureAwait(false);
        return result.Applied ? Results.NoContent() : throw ApiRefusal.Unknown("record");
    }

    private async Task<IResult> EraseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var (number, customer) = users.Of(RecordAddress.Text(given, "number") ?? "", RecordAddress.Text(given, "customer") ?? "");
        var tenant = MemoryUsers.TenantOf(number);
        var user = users.NameOf(tenant, customer);
        try
        {
            await userData.EraseAsync(tenant, user, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException error)
        {
            throw new ApiRefusal(StatusCodes.Status409Conflict, error.Message);
        }

        history.Forget(tenant, user);
        return Results.NoContent();
    }

    private static RecordKey Writable(RecordKey key) => WatchedDocumentStore.IsReserved(key)
        ? throw ApiRefusal.Unreadable($"Records that begin with '{CacheName.ReservedPrefix}' are the pipeline's: they can only be read.")
        : key;

    private static CacheDocument DocumentOf(JsonElement given)
    {
        var json = RecordAddress.Text(given, "json") ?? throw ApiRefusal.Unreadable("json is needed: the record as a text.");
        try
        {
            return CacheDocument.Parse(json);
        }
        catch (CacheSerializationException error)
        {
            throw ApiRefusal.Unreadable(error.Message);
        }
    }

    private static RecordChange TtlOf(JsonElement given)
    {
        const string words = "seconds is above 0 and at most ten years, or null for a record that does not expire.";
        if (!given.TryGetProperty("seconds", out var value)) throw ApiRefusal.Unreadable(words);
        if (value.ValueKind is JsonValueKind.Null) return new RecordChange.Persist();
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !(seconds > 0) ||
            seconds > ShiftedTimeProvider.MaxStep.TotalSeconds)
        {
            throw ApiRefusal.Unreadable(words);
        }

        return new RecordChange.Expire(TimeSpan.FromSeconds(seconds));
    }

    private static IResult Conflict(RecordView? current) => ApiRequests.Json(
        new
        {
            error = current is null ? "The record is gone. Create it anew?" : "The record has changed since it was read.",
            current,
        },
        StatusCodes.Status409Conflict);
}
