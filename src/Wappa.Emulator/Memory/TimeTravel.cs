using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>The routes to the past: what a turn changed, what was there after it, and a new customer who goes on from there.</summary>
/// <remarks>A fork takes over records and what was said. It takes nothing that acts: no mailbox, so no message that waits and no timer;
/// what was said is entered as history, neither delivered to the app nor sent.</remarks>
internal sealed class TimeTravel(
    IDocumentStore store, MemoryReader reader, MemoryUsers users, MemoryHistory history, LocalWhatsApp local)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/turns/{id}/changes", (string id) => ApiRequests.Json(history.ChangesOf(id).Select(MemoryViews.Change)));
        routes.MapGet("/turns/{id}/memory", ReadAsync);
        routes.MapPost("/turns/{id}/fork", ForkAsync);
    }

    private async Task<IResult> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var turn = Find(id);
        var versions = await reader.AsOfAsync(turn, cancellationToken).ConfigureAwait(false);
        return ApiRequests.Json(new
        {
            turn = turn.Id,
            turn.At,
            turn.Tenant,
            turn.User,
            customer = users.Find(turn.Tenant, turn.User)?.Id,
            records = versions.Select(pair => reader.View(pair.Key, pair.Value, turn)),
        });
    }

    private async Task<IResult> ForkAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var turn = Find(id);
        var number = local.World.Numbers.FirstOrDefault(number => number.Id == turn.Number) ??
            local.World.Numbers.FirstOrDefault(number => MemoryUsers.TenantOf(number) == turn.Tenant) ??
            throw ApiRefusal.Unknown("number any more");
        var original = users.Find(turn.Tenant, turn.User);
        var name = RecordAddress.Text(given, "customerName") ?? $"{original?.Name ?? "Fork"} (fork)";
        var versions = await reader.AsOfAsync(turn, cancellationToken).ConfigureAwait(false);
        var customer = local.World.AddCustomer(name, identity: original?.Identity ?? CustomerIdentity.Phone);
        var user = users.NameOf(turn.Tenant, customer);
        var writes = versions.Select(pair => Copy(pair.Key, pair.Value, user, turn.At)).ToArray();
        await store.CommitAsync(writes, cancellationToken).ConfigureAwait(false);
        if (original is not null) CopyTalk(number, original, customer, turn);
        return ApiRequests.Json(new { customer, number = number.Id, records = writes.Length }, StatusCodes.Status201Created);
    }

    private TurnMark Find(string id) => history.FindTurn(id) ?? throw new ApiRefusal(
        StatusCodes.Status404NotFound,
        "There is no such turn, it was not committed, or it is too long ago: the emulator remembers the latest " +
        $"{MemoryHistory.MaxTurns} turns and {MemoryHistory.MaxChanges} changes of this run.");

    // What it had left to live then, it has now.
    private static RecordWrite Copy(RecordKey key, in RecordVersion version, string user, DateTimeOffset then)
    {
        var copy = key.Kind == RecordKind.State
            ? RecordKey.State(key.Tenant, user, key.Name)
            : RecordKey.User(key.Tenant, user, key.Name);
        return new(copy, new RecordChange.Set(version.Document!, version.ExpiresAt - then));
    }

    private void CopyTalk(BusinessNumber number, Customer from, Customer to, TurnMark turn)
    {
        var names = new Dictionary<string, string> { [from.Phone] = to.Phone, [from.UserId] = to.UserId };
        foreach (var message in local.World.MessagesOf(number.Id, from.Id).Where(message => WasSaid(message, turn)))
        {
            var id = message.Direction is MessageDirection.In ? local.Ids.Inbound(to.Phone) : local.Ids.Outbound(to.Phone);
            names[message.Id] = id;
            local.World.AddMessage(number.Id, to.Id, message with
            {
                Id = id,
                Content = Renamed(message.Content, names),
                Context = message.Context is { } context ? Renamed(context, names) : null,
                CallbackData = null, // a status of the copy must not speak of the original
                Exchange = null,
            });
        }

        local.World.See(number.Id, to.Id);
    }

    // A message belongs to the turn that handled or sent it. One of no turn the emulator knows counts by its time.
    private bool WasSaid(LocalMessage message, TurnMark turn) => history.TurnOfMessage(message.Id) is { } own
        ? own.Seq < turn.Seq || ReferenceEquals(own, turn) || (own.Seq == turn.Seq && own.At <= turn.At)
        : message.At <= turn.At && message.Status is not (MessageStates.Pending or MessageStates.Failed);

    private static JsonElement Renamed(JsonElement value, Dictionary<string, string> names)
    {
        var node = JsonNode.Parse(value.GetRawText());
        return node is null ? value : EmulatorJson.Freeze(Rename(node, names));
    }

    private static JsonNode Rename(JsonNode node, Dictionary<string, string> names)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToArray())
                {
                    if (value is not null) fields[name] = Renamed(value, names);
                }

                return fields;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is { } item) items[i] = Renamed(item, names);
                }

                return items;
            default:
                return node;
        }
    }

    // A node has one parent, so one that stays must not be assigned again.
    private static JsonNode Renamed(JsonNode value, Dictionary<string, string> names)
    {
        if (value is JsonValue text && text.TryGetValue<string>(out var known) && names.TryGetValue(known, out var renamed))
            return JsonValue.Create(renamed);
        return value is JsonValue ? value.DeepClone() : Rename(value.DeepClone(), names);
    }
}
