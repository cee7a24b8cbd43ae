using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Webhooks;

namespace Wappa.Emulator;

/// <summary>The routes that show what the app remembers.</summary>
internal sealed class MemoryApi
{
    private const int MaxChanges = 100;

    private readonly MemoryHistory _history;
    private readonly MemoryReader _reader;
    private readonly MemoryEditor _editor;
    private readonly MemoryUsers _users;
    private readonly TimeTravel _travel;
    private readonly MemoryStatistics _statistics;
    private readonly IDocumentStore _store;
    private readonly TimeProvider _time;

    internal MemoryApi(IServiceProvider services, LocalWhatsApp local)
    {
        _history = services.GetRequiredService<MemoryHistory>();
        _store = services.GetRequiredService<IDocumentStore>();
        _time = services.GetRequiredService<TimeProvider>();
        _users = new(local, services.GetRequiredService<UserAliases>());
        _reader = new(_store, _history, _time);
        _editor = new(_store, _reader, _users, _history, services.GetRequiredService<IUserData>());
        _travel = new(_store, _reader, _users, _history, local);
        _statistics = new(services, _store.Backend);
        _history.Changed += change => local.Events.Publish("memory", new
        {
            change.Key.Tenant,
            change.Key.Kind,
            change.Key.Owner,
            change.Key.Name,
            change.Writer.By,
            change.Writer.Turn,
        });
        _history.TurnEnded += turn => local.Events.Publish("memory", new { turn.Tenant, turn.User, Turn = turn.Id });
    }

    internal void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AddEndpointFilter(AsPageAsync);
        routes.MapGet("/memory", ReadAsync);
        routes.MapGet("/memory/table", async (string number, string table, CancellationToken cancellationToken) =>
            ApiRequests.Json(await _reader.TableAsync(TenantOf(number), table, cancellationToken).ConfigureAwait(false)));
        routes.MapGet("/memory/changes", Changes);
        routes.MapGet("/memory/stats", async (CancellationToken cancellationToken) =>
            ApiRequests.Json(await _statistics.ViewAsync(cancellationToken).ConfigureAwait(false)));
        _editor.Map(routes);
        _travel.Map(routes);
    }

    private async Task<IResult> ReadAsync(string number, string customer, bool? reserved, CancellationToken cancellationToken)
    {
        var (to, who) = _users.Of(number, customer);
        var tenant = MemoryUsers.TenantOf(to);
        var user = _users.NameOf(tenant, who);
        var records = await _reader.UserAsync(tenant, user, reserved is true, cancellationToken).ConfigureAwait(false);
        var turns = _history.TurnsOf(tenant, user).Select(turn =>
            new TurnPlace(turn.Id, turn.At, turn.Kind, turn.Attempt, _history.ChangesOf(turn.Id).Count));
        return ApiRequests.Json(new
        {
            tenant,
            user,
            _store.Backend,
            now = _time.GetUtcNow(),
            records,
            tables = _history.TablesOf(tenant),
            // Statuses are turns as well, and most of them; one that changed nothing is no place to go to.
            turns = turns.Where(static turn => turn.Changes > 0 || turn.Kind is not "status"),
        });
    }

    private IResult Changes(string number, string? customer, string kind, string? table, string name)
    {
        var key = RecordAddress.Of(number, customer, kind, table, name, _users);
        return ApiRequests.Json(_history.ChangesOf(key).Reverse().Take(MaxChanges).Select(MemoryViews.Change));
    }

    private string TenantOf(string number) => MemoryUsers.TenantOf(_users.Number(number));

    // What the page reads is no traffic of the app, and what it writes is not the app's doing.
    private static async ValueTask<object?> AsPageAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        WatchedDocumentStore.CurrentWriter = MemoryWriter.Page;
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            throw new ApiRefusal(StatusCodes.Status503ServiceUnavailable, $"The app's store failed. {error.Message}");
        }
        catch (ArgumentException error)
        {
            throw ApiRefusal.Unreadable(error.Message);
        }
    }
}
