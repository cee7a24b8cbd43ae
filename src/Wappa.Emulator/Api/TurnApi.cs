using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Emulator;

/// <summary>The routes of the timeline and of recordings.</summary>
/// <param name="local">The WhatsApp that is played.</param>
/// <param name="timeline">Null: there is no pipeline in this process.</param>
/// <param name="recorder">Writes tests.</param>
internal sealed class TurnApi(LocalWhatsApp local, TurnTimeline? timeline, TestRecorder recorder)
{
    private const int DefaultLimit = 100;

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/turns", (string? number, string? customer, long? after, int? limit) => ApiRequests.Json(
            timeline?.List(number, customer, after ?? 0, Math.Clamp(limit ?? DefaultLimit, 1, TurnTimeline.Capacity)) ?? []));
        routes.MapGet("/turns/{id}", (string id) => ApiRequests.Json(timeline?.Find(id) ?? throw ApiRefusal.Unknown("turn")));
        routes.MapGet("/recordings", Record);
    }

    private IResult Record(string? number, string? customer, string? from, string? to, HttpResponse response)
    {
        var business = local.World.FindNumber(number ?? "") ?? throw ApiRefusal.Unknown("number");
        var person = local.World.FindCustomer(customer ?? "") ?? throw ApiRefusal.Unknown("customer");
        var test = recorder.Record(business, person, MessageOf(from), MessageOf(to)) ??
            throw new ApiRefusal(StatusCodes.Status404NotFound, "The customer wrote nothing there.");
        response.Headers.ContentDisposition = $"inline; filename=\"{test.FileName}\"";
        return Results.Text(test.Code, "text/x-csharp", System.Text.Encoding.UTF8);
    }

    // Whoever looks at the timeline knows the turn, whoever looks at the chat the message.
    private string? MessageOf(string? id) => id is null ? null : timeline?.Find(id)?.Message ?? id;
}
