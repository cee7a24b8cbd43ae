using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Emulator;

/// <summary>The routes about everything: world, customers, settings, chaos, clock, reset.</summary>
internal sealed class WorldApi(LocalWhatsApp local, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/world", () => ApiRequests.Json(local.View()));
        routes.MapGet("/customers", () => ApiRequests.Json(local.World.Customers));
        routes.MapPost("/customers", AddCustomerAsync);
        routes.MapPatch("/customers/{id}", ChangeCustomerAsync);
        routes.MapDelete("/customers/{id}", (string id) =>
            local.World.RemoveCustomer(id) ? Results.NoContent() : throw ApiRefusal.Unknown("customer"));
        routes.MapGet("/settings", () => ApiRequests.Json(local.Settings));
        routes.MapPut("/settings", ChangeSettingsAsync);
        routes.MapGet("/chaos", () => ApiRequests.Json(local.Chaos.Settings));
        routes.MapPut("/chaos", ChangeChaosAsync);
        routes.MapPost("/clock/advance", AdvanceAsync);
        routes.MapPost("/reset", ResetAsync);
    }

    private async Task<IResult> AddCustomerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = CustomerRequest.Read(await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false));
        if (given.Name is null) throw ApiRefusal.Unreadable("The name is missing; it may be empty.");
        var username = given.Username is "" ? null : given.Username;
        var customer = local.World.AddCustomer(given.Name, given.Phone, username, given.Identity ?? CustomerIdentity.Phone);
        return ApiRequests.Json(customer, StatusCodes.Status201Created);
    }

    private async Task<IResult> ChangeCustomerAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        var given = CustomerRequest.Read(await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false));
        var changed = local.ChangeCustomer(id, customer => given.Apply(customer, local.Ids));
        return ApiRequests.Json(changed ?? throw ApiRefusal.Unknown("customer"));
    }

    private async Task<IResult> ChangeSettingsAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        return Understood(() => ApiRequests.Json(local.ChangeSettings(settings => Patch.Apply(settings, given))));
    }

    private async Task<IResult> ChangeChaosAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        return Understood(() => ApiRequests.Json(local.Chaos.Change(settings =>
        {
            var changed = settings.With(given);
            return changed.Problem() is { } problem ? throw ApiRefusal.Unreadable(problem + ".") : changed;
        })));
    }

    private async Task<IResult> AdvanceAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var given = await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        if (!given.TryGetProperty("seconds", out var value) || value.ValueKind is not JsonValueKind.Number ||
            !value.TryGetDouble(out var seconds) || !(seconds > 0) || seconds > ShiftedTimeProvider.MaxStep.TotalSeconds)
        {
            throw ApiRefusal.Unreadable($"seconds must be above 0, at most {ShiftedTimeProvider.MaxStep.TotalSeconds}.");
        }

        if (time is not ShiftedTimeProvider clock)
        {
            throw new ApiRefusal(
                StatusCodes.Status409Conflict, "The app registers a TimeProvider of its own, which cannot be put forward from here.");
        }

        clock.Advance(TimeSpan.FromSeconds(seconds));
        local.Events.Publish("clock", new { now = clock.GetUtcNow(), clockOffset = clock.Offset.TotalSeconds });
        return ApiRequests.Json(new { now = clock.GetUtcNow(), clockOffset = clock.Offset.TotalSeconds, notes = Notes() });
    }

    private string[] Notes() => local.Options.Backend() is "redis"
        ? ["Redis keeps its own time: what is stored there expires by the server's clock, not by this one."]
        : [];

    private async Task<IResult> ResetAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        await ApiRequests.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        local.Reset();
        return Results.NoContent();
    }

    private static IResult Understood(Func<IResult> answer)
    {
        try
        {
            return answer();
        }
        catch (JsonException)
        {
            throw ApiRefusal.Unreadable("A field is unknown, or its value is of another type than it has in the answer to a GET.");
        }
    }
}
