namespace Wappa.Caching.Json.Import;

/// <summary>The four folders of the original: how their files are named and how the keys in them are written.</summary>
internal enum OriginalKind
{
    /// <summary><c>users/{tenant}_{user}.json</c>, <c>{tenant}:user:{user}</c>.</summary>
    Users,

    /// <summary><c>states/{tenant}_{user}_state.json</c>, <c>{tenant}:state:{handler}:{user}</c>.</summary>
    States,

    /// <summary><c>tables/{tenant}_tables.json</c>, <c>{tenant}:df:{table}:pkid:{id}</c>.</summary>
    Tables,

    /// <summary><c>ai_states/{tenant}_{user}_ai_state.json</c>, <c>{tenant}:aistate:{agent}:{user}</c>.</summary>
    AgentStates,
}
