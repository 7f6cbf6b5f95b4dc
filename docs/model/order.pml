/*
 * The order protocol of one listing: an entry and two exit legs, as the code implements it.
 * docs/adr/0009 argues each step; `npm run model` checks it, with every variant.
 *
 * One loop of guarded steps over global state: any step that is possible may come next, so every
 * stall, kill and late message is an order of steps. Each step prints the function that implements
 * it ("file function | what happens"); steps of the world begin with "exchange" or "fault".
 *
 * The graph has no cycle (all counters only rise), so a run ends when nothing is possible any more;
 * what must hold then is asserted at the end.
 */

#ifndef ROLLBACKS
#define ROLLBACKS 1 /* Temporal restored from an older copy, at most this often */
#endif
#ifndef ARMINGS
#define ARMINGS 2
#endif
#ifndef EXITS
#define EXITS 2
#endif
#ifndef SIGNALS
#define SIGNALS 1 /* the listing may be given up while it is armed */
#endif
#ifndef DUPLICATE
#define DUPLICATE REFUSE
#endif

#define LEGS 3
#define IDS 2
#define SENDERS 4 /* places: two live at once, the others are dead and still matter */
#define NOBODY 15

/* A repeated client id */
#define REFUSE 0
#define ACCEPT 1
#define FIRST 2

/* SendPermit.state */
#define ABSENT 0
#define FREE 1
#define TAKEN 2
#define CLOSED 3

/* RiskReservation.state */
#define RESERVED 0
#define RELEASED 1
#define SPENT 2

/* Where a sender (buyAtOpen, submitExit) stands */
#define S_NONE 0
#define S_NEW 1
#define S_RACE 2
#define S_BACK 3
#define S_WAIT 4
#define S_FIND 5
#define S_GONE 6

/* What a sender answers */
#define R_NOTHING 0
#define R_FREED 1    /* released, failed */
#define R_UNKNOWN 2
#define R_EXECUTED 3
#define R_ENDED 4    /* proven: nothing executed, by the holder of the permit */
#define R_UNHELD 5   /* ended (halted, windowEnded) or notNow, without the permit */

/* Where the workflow stands */
#define W_LOOP 0
#define W_ARM 1
#define W_READ 2
#define W_START 3
#define W_WAIT 4
#define W_RESULT 5
#define W_GIVE 6
#define W_GIVEARM 7
#define W_ASK 8
#define W_SETTLE 9
#define W_SHUT 10
#define W_DONE 11
#define W_HELD 12    /* guards; as many exit legs as the model has are over */
#define W_STUCK 13   /* its task fails for ever */

/* Orders at the exchange */
#define O_NONE 0
#define O_UNFILLED 1
#define O_EXECUTED 2

#define GIVEN_UP 9   /* tokens that no activity has */
#define BACK 0
#define SHUT 8

/* Postgres */
byte permit[LEGS];
byte token[LEGS];
byte grant[LEGS] = NOBODY;
byte recorded[LEGS];
byte reservation;

/* The exchange */
byte executions[LEGS];
byte order[6];
bit visible[6];
byte orderOf[6] = NOBODY;

/* Senders. age: 0 may sign, 1 past notAfter, 2 past the receive window, 3 past the allowance */
byte S[SENDERS];
byte legOf[SENDERS];
byte tokenOf[SENDERS];
byte age[SENDERS];
byte n[SENDERS];
bit flying[8]; /* an order on its way: sender * IDS + its number */
byte reply[SENDERS]; /* 0 none, 1 refused, 2 acknowledged */

/* The workflow as Temporal has it */
byte W;
byte wArming = 1;
byte wLeg;
byte wFor = NOBODY;
byte wAsk = NOBODY;
byte wResult;
bit wFound;
bit wGiveUp;
bit wHolds;
bit wKnows;

/* A copy of Temporal's file */
bit copied;
byte cW; byte cArming; byte cLeg; byte cFor; byte cAsk; byte cResult;
bit cFound; bit cGiveUp; bit cHolds; bit cKnows;

byte rollbacks;
bit signals;

/* With HEAD: an entry that began beside its workflow, with the token of its first arming */
byte head = NOBODY;
bit headDone;
byte headResult;

byte i; byte k; byte o; byte x;

#define live(j) (S[j] >= S_NEW && S[j] <= S_FIND)
#define LIVE (live(0) + live(1) + live(2) + live(3))
#ifdef SAME_ID
#define idOf(j) 0
#else
#define idOf(j) n[j]
#endif
#define ORDER(j) (legOf[j] * IDS + idOf(j))
#define bothOf(a, l) (a[l * IDS] + a[l * IDS + 1])
#define SOLD (executions[1] + executions[2])
#define recordedHeld (recorded[0] - recorded[1] - recorded[2])
#define shown(l) ((order[l*IDS] == O_EXECUTED && visible[l*IDS]) || (order[l*IDS+1] == O_EXECUTED && visible[l*IDS+1]))
/* An exit leg has one id: its order, final and unfilled, leaves nothing to wait for. */
#define spent(l) (l != 0 && order[l*IDS] == O_UNFILLED && visible[l*IDS])
#define unseenOf(j) ( \
  (orderOf[0]==j && !visible[0]) || (orderOf[1]==j && !visible[1]) || (orderOf[2]==j && !visible[2]) || \
  (orderOf[3]==j && !visible[3]) || (orderOf[4]==j && !visible[4]) || (orderOf[5]==j && !visible[5]))
/* Time matters while somebody may act on it. */
#define timed(j) (S[j] >= S_RACE && (live(j) || flying[2*j] || flying[2*j+1] || wAsk == j || \
  (copied && cAsk == j) || (permit[legOf[j]] == TAKEN && grant[legOf[j]] == j)))

/* Nothing depends on this place any more. */
#define idle(j) (head != j && !live(j) && !timed(j) && !(W == W_WAIT && wFor == j) && !(copied && cFor == j))
#define somePlace (idle(0) || idle(1) || idle(2) || idle(3))
#define canStart (LIVE < 2 && somePlace)

#define others(l) (permit[0] == CLOSED && (l == 1 || permit[1] != TAKEN) && (l == 2 || permit[2] != TAKEN))

#ifdef NO_PERMIT
#define mayTake(j) (true)
#else
#define mayTake(j) (permit[legOf[j]] == FREE && token[legOf[j]] == tokenOf[j] && \
  (legOf[j] == 0 || (others(legOf[j]) && recordedHeld >= 1)))
#endif

#ifdef NO_NOTAFTER
#define maySign(j) (true)
#else
#define maySign(j) (age[j] == 0)
#endif

#ifdef NO_CLOSING
#define CLOSE(l) skip
#else
#define CLOSE(l) permit[l] = CLOSED; grant[l] = NOBODY; token[l] = 0
#endif

/* A sender ends; Temporal hears it if it still waits for this one. */
inline finish(j, r) {
  if
  :: W == W_WAIT && wFor == j -> W = W_RESULT; wResult = r
  :: head == j -> headResult = r
  :: else -> skip
  fi;
  S[j] = S_GONE; reply[j] = 0; n[j] = 0; tokenOf[j] = 0
}

/* The first free place, in i. */
inline place() {
  if
  :: idle(0) -> i = 0
  :: else ->
     if
     :: idle(1) -> i = 1
     :: else -> if :: idle(2) -> i = 2 :: else -> i = 3 fi
     fi
  fi
}

/* The process that started the workflow arms as the workflow will, and enters. */
inline headStart() {
  place();
  if :: permit[0] == ABSENT -> permit[0] = FREE :: else fi;
  if :: permit[0] == FREE -> token[0] = 1 :: else fi;
  S[i] = S_NEW; legOf[i] = 0; tokenOf[i] = 1;
  headDone = 1; head = i;
  printf("activities/opening/head-start.ts beginEntry | sender %d begins beside the workflow\n", i);
  i = 0
}

/* The exchange fills an order of leg l. */
inline execute(l) {
  executions[l]++;
  printf("exchange - | an order of leg %d EXECUTES (execution %d of this leg)\n", l, executions[l]);
  assert(executions[l] <= 1);                       /* never a second execution of a leg */
  assert(permit[l] != CLOSED);                      /* never one after the leg was given up */
  assert(l != 0 || reservation == RESERVED);
  assert(SOLD <= executions[0])                     /* never sold more than bought */
}

inline book(j, l) {
  o = l * IDS + x;
  if
  :: order[o] == O_NONE || DUPLICATE == ACCEPT ->
     orderOf[o] = j; visible[o] = 0;
     if
     :: order[o] = O_EXECUTED; execute(l)
     :: order[o] == O_NONE -> order[o] = O_UNFILLED; printf("exchange - | books order %d of leg %d, which fills nothing\n", x, l)
     fi;
     if :: reply[j] = 2 :: printf("fault - | the reply to sender %d is lost\n", j) fi
  :: order[o] != O_NONE && DUPLICATE == REFUSE ->
     printf("exchange - | refuses the repeated client id\n"); reply[j] = 1
  :: order[o] != O_NONE && DUPLICATE == FIRST ->
     printf("exchange - | answers the repeated client id with the first order\n"); reply[j] = 2
  fi
}

/* What no step can depend on is forgotten, so that equal states are one state. */
inline forget(j) {
  if
  :: S[j] == S_GONE && idle(j) -> S[j] = S_NONE; age[j] = 0; legOf[j] = 0; tokenOf[j] = 0
  :: else
  fi
}
#define about(l, j) ((live(j) || flying[2*j] || flying[2*j+1]) && legOf[j] == l)
#define over(l) (permit[l] == CLOSED && !(about(l, 0) || about(l, 1) || about(l, 2) || about(l, 3)) && \
  !(W == W_ASK && wLeg == l) && !(copied && cW == W_ASK && cLeg == l))
inline forgetLeg(l) {
  if
  :: over(l) && (order[l*IDS] || order[l*IDS+1]) ->
     order[l*IDS] = 0; order[l*IDS+1] = 0; visible[l*IDS] = 0; visible[l*IDS+1] = 0;
     orderOf[l*IDS] = NOBODY; orderOf[l*IDS+1] = NOBODY
  :: else
  fi
}
inline forgetAll() {
  forgetLeg(0); forgetLeg(1); forgetLeg(2);
  forget(0); forget(1); forget(2); forget(3)
}

/* One step of sender j. */
inline stepOf(j) {
  if
  :: S[j] == S_NEW && mayTake(j) ->
#ifndef NO_PERMIT
     permit[legOf[j]] = TAKEN; grant[legOf[j]] = j;
#endif
     S[j] = S_RACE; age[j] = 0;
#ifdef NO_PERMIT
     printf("prisma/permits.ts takeEntryPermit | LEFT OUT: sender %d goes on without a permit\n", j)
#else
     if
     :: legOf[j] == 0 -> printf("prisma/permits.ts takeEntryPermit | sender %d takes the entry's permit\n", j)
     :: else -> printf("prisma/permits.ts takeExitPermit | sender %d takes the permit of exit %d\n", j, legOf[j])
     fi
#endif
  :: S[j] == S_NEW && !mayTake(j) ->
     if
     :: legOf[j] == 0 -> printf("activities/opening/enter-opening.ts enter | sender %d finds no free permit for its token and is released\n", j);
        finish(j, R_FREED)
     :: else -> printf("activities/holding/submit-exit.ts send | sender %d may not have the permit of exit %d: not now\n", j, legOf[j]);
        finish(j, R_UNHELD)
     fi
  :: S[j] == S_NEW ->
     if
     :: legOf[j] == 0 -> printf("activities/opening/enter-opening.ts unknownPair | sender %d ends without the permit (halted, or the window is over)\n", j)
     :: else -> printf("activities/holding/submit-exit.ts priceExit | sender %d does not sell now, and has no permit\n", j)
     fi;
     finish(j, R_UNHELD)
  :: S[j] == S_RACE && maySign(j) ->
     printf("activities/opening/send-order.ts sendOnce | sender %d signs and sends order %d of leg %d\n", j, idOf(j), legOf[j]);
     flying[2*j + n[j]] = 1; S[j] = S_WAIT
  :: S[j] == S_RACE && !maySign(j) ->
     printf("exchange/rest.ts queryOf | sender %d is past notAfter: nothing is signed\n", j);
     finish(j, R_ENDED)
  :: S[j] == S_RACE && legOf[j] == 0 && n[j] == 0 ->
     printf("activities/opening/race-entry.ts raceEntry | sender %d hears that it is cancelled, and has sent nothing\n", j);
     S[j] = S_BACK
  :: S[j] == S_RACE && legOf[j] == 0 ->
     printf("activities/opening/race-entry.ts endedBy | sender %d: a rule ends the entry\n", j);
     finish(j, R_ENDED)
  :: S[j] == S_BACK ->
     if
     :: permit[0] == TAKEN && grant[0] == j ->
        printf("prisma/permits.ts handBackPermit | sender %d hands the permit back unused\n", j);
        permit[0] = FREE; grant[0] = NOBODY;
#ifndef TOKEN_KEPT
        token[0] = BACK;
#endif
        finish(j, R_FREED)
     :: else ->
        printf("prisma/permits.ts handBackPermit | sender %d has no permit to hand back: unknown\n", j);
        finish(j, R_UNKNOWN)
     fi
  :: S[j] == S_WAIT && reply[j] == 1 ->
     reply[j] = 0;
     printf("activities/opening/race-entry.ts afterFailure | sender %d hears a refusal\n", j);
     again(j)
  :: S[j] == S_WAIT && reply[j] == 2 ->
     reply[j] = 0; S[j] = S_FIND;
     printf("activities/opening/send-order.ts acknowledged | sender %d hears that its order was accepted\n", j)
  :: S[j] == S_WAIT ->
     reply[j] = 0;
#ifdef RESEND
     if
     :: n[j] + 1 < IDS -> n[j]++; S[j] = S_RACE;
        printf("activities/opening/send-order.ts sendOnce | sender %d hears nothing in time and SENDS AGAIN\n", j)
     :: else -> finish(j, R_UNKNOWN)
     fi
#else
     printf("exchange/place-order.ts sendOrder | sender %d hears nothing in time: unknown\n", j);
     finish(j, R_UNKNOWN)
#endif
  :: S[j] == S_FIND && visible[ORDER(j)] && order[ORDER(j)] == O_EXECUTED ->
     printf("activities/opening/send-order.ts findFinal | sender %d sees its order executed\n", j);
     finish(j, R_EXECUTED)
  :: S[j] == S_FIND && visible[ORDER(j)] && order[ORDER(j)] == O_UNFILLED ->
     printf("activities/opening/send-order.ts findFinal | sender %d sees its order final and unfilled\n", j);
     again(j)
  :: S[j] == S_FIND ->
     printf("activities/opening/send-order.ts acknowledged | sender %d cannot see its order: unknown\n", j);
     finish(j, R_UNKNOWN)
  :: live(j) ->
     printf("fault - | the process of sender %d is killed\n", j);
     S[j] = S_GONE; reply[j] = 0; n[j] = 0; tokenOf[j] = 0
  fi
}

/* After a definite no: an entry tries its next id, or ends; an exit leg has one order. */
inline again(j) {
  if
  :: legOf[j] == 0 && n[j] + 1 < IDS -> n[j]++; S[j] = S_RACE
  :: finish(j, R_ENDED)
  fi
}

#define moves(j) (live(j))
#define arrives(j) (flying[2*j] || flying[2*j+1])

/* The message of sender j with the higher number is the latest; any may arrive first. */
inline arrive(j) {
  if
  :: flying[2*j] -> k = 0
  :: flying[2*j+1] -> k = 1
  fi;
  flying[2*j+k] = 0; x = k;
#ifdef SAME_ID
  x = 0;
#endif
  if
  :: book(j, legOf[j])
  :: printf("exchange - | refuses order %d of leg %d\n", x, legOf[j]); reply[j] = 1
  :: printf("fault - | order %d of leg %d never arrives\n", x, legOf[j])
  fi;
  if :: S[j] != S_WAIT -> reply[j] = 0 :: else fi; /* nobody listens any more */
  k = 0; o = 0; x = 0
}

inline grow(j) {
  age[j]++;
  if
  :: age[j] == 1 -> printf("exchange - | notAfter of sender %d passes\n", j)
  :: age[j] == 2 -> printf("exchange - | the receive window of sender %d's last possible order passes\n", j);
#ifndef ADMITS_LATE
     flying[2*j] = 0; flying[2*j+1] = 0
#endif
  :: age[j] == 3 -> printf("exchange - | the allowance of sender %d passes: every order is visible\n", j)
  fi
}

/* What the workflow does without asking anybody. */
inline decide() {
  if
  :: W == W_RESULT ->
     if
     :: wResult == R_EXECUTED -> wFound = 1; wKnows = 1; W = W_SETTLE
     :: wResult == R_ENDED -> wFound = 0; wKnows = 1; W = W_SETTLE
     :: wResult == R_UNHELD && wLeg == 0 ->
#ifdef UNHELD_END_SETTLED
        wFound = 0; wKnows = 1; W = W_SETTLE
#else
        W = W_GIVE
#endif
     :: wResult == R_UNHELD && wLeg != 0 ->
#ifdef UNHELD_EXIT_SETTLED
        wFound = 0; wKnows = 0; W = W_SETTLE
#else
        W = W_SHUT
#endif
     :: wResult == R_UNKNOWN && wLeg != 0 ->
        printf("workflows/sell-leg.ts ask | the sale is in doubt: the exchange is asked\n");
        wAsk = wFor; W = W_ASK
     :: else -> wArming++; W = W_LOOP
     fi;
     wResult = R_NOTHING; wFor = NOBODY
  :: else
  fi;
  if
  :: W == W_LOOP ->
     if
     :: wGiveUp || wArming > ARMINGS -> W = W_GIVE
     :: else -> W = W_ARM
     fi
  :: else
  fi
}

inline workflow() {
  if
  :: W == W_LOOP -> skip /* decided below */
  :: W == W_ARM ->
     if :: permit[wLeg] == ABSENT -> permit[wLeg] = FREE :: else fi;
     if
     :: permit[wLeg] == FREE -> token[wLeg] = (wLeg == 0 -> wArming : 1)
     :: else
     fi;
     printf("prisma/permits.ts armLeg | the workflow arms leg %d (token %d)\n", wLeg, (wLeg == 0 -> wArming : 1));
     W = W_READ
  :: W == W_READ ->
     if
     :: wLeg == 0 && permit[0] == TAKEN && token[0] != wArming ->
        printf("workflows/enter-position.ts askForEntry | the permit is taken by sender %d: doubt\n", grant[0]);
        wAsk = grant[0]; W = W_ASK
     :: wLeg == 0 && permit[0] == CLOSED ->
#ifdef CLOSED_IS_NOTHING
        printf("workflows/enter-position.ts enterPosition | the entry is closed: nothing was bought, the workflow believes\n");
        W = W_DONE
#else
        printf("workflows/enter-position.ts enterPosition | the entry is closed: the record is asked what it came to\n");
        wFound = 0; wKnows = 1; W = W_SETTLE
#endif
     :: else -> W = W_START
     fi
  :: W == W_START && canStart && wLeg == 0 && wArming == 1 && head != NOBODY ->
     printf("activities/opening/buy-at-open.ts buyAtOpen | the workflow's activity joins sender %d\n", head);
     wFor = head;
     if
     :: live(head) -> W = W_WAIT
     :: else -> W = W_RESULT; wResult = headResult
     fi;
     head = NOBODY; headResult = 0
  :: W == W_START && canStart ->
     head = NOBODY; headResult = 0; /* in another process, which knows of no head start */
     place();
     S[i] = S_NEW; legOf[i] = wLeg; tokenOf[i] = (wLeg == 0 -> wArming : 1);
     wFor = i; W = W_WAIT;
     if
     :: wLeg == 0 -> printf("workflows/enter-position.ts runArmed | the workflow starts buyAtOpen: sender %d\n", i)
     :: else -> printf("workflows/sell-leg.ts sellLeg | the workflow starts submitExit of exit %d: sender %d\n", wLeg, i)
     fi;
     i = 0
  :: W == W_WAIT ->
     wResult = R_FREED; W = W_RESULT;
     if
     :: wLeg == 0 -> printf("workflows/enter-position.ts runArmed | no heartbeat in time: sender %d counts as failed\n", wFor)
     :: else -> W = W_SHUT;
        printf("workflows/sell-leg.ts failureIsDoubt | no answer in time: sender %d counts as failed\n", wFor)
     fi
  :: W == W_GIVE ->
     if
     :: permit[0] == TAKEN ->
        printf("prisma/risk-ledger.ts releaseEntry | the entry cannot be released: its permit is taken\n");
        W = W_GIVEARM
     :: else ->
        printf("prisma/risk-ledger.ts releaseEntry | the entry is given up, its reservation released\n");
        if :: reservation == RESERVED -> reservation = RELEASED :: else fi;
        if
        :: permit[0] == ABSENT ->
#ifndef ABSENT_LEFT_OPEN
           CLOSE(0)
#else
           printf("prisma/risk-ledger.ts releaseEntry | there is no permit to close\n")
#endif
        :: permit[0] == FREE -> CLOSE(0)
        :: else
        fi;
#ifdef CLOSED_IS_NOTHING
        W = W_DONE
#else
        wFound = 0; wKnows = 1;
        W = (recorded[0] -> W_SETTLE : W_DONE)
#endif
     fi
  :: W == W_GIVEARM ->
     if
     :: permit[0] == TAKEN ->
        printf("workflows/enter-position.ts givenUp | the permit is taken by sender %d: doubt\n", grant[0]);
        wAsk = grant[0]; W = W_ASK
     :: else ->
        if :: permit[0] == FREE -> token[0] = GIVEN_UP :: else fi;
#ifdef RELEASED_ONCE
        printf("workflows/enter-position.ts givenUp | the permit was handed back meanwhile: the workflow throws, and stands\n");
        W = W_STUCK
#else
        printf("workflows/enter-position.ts givenUp | the permit was handed back meanwhile: released again\n");
        W = W_GIVE
#endif
     fi
  :: W == W_ASK && shown(wLeg) ->
     printf("activities/resolve-order.ts conclude | asked: an order of leg %d executed\n", wLeg);
     wAsk = NOBODY; wFound = 1; wKnows = 1; W = W_SETTLE
  :: W == W_ASK && spent(wLeg) ->
     printf("activities/resolve-order.ts conclude | asked: the one order of leg %d is final and unfilled\n", wLeg);
     wAsk = NOBODY; wFound = 0; wKnows = 1; W = W_SETTLE
  :: W == W_ASK && age[wAsk] == 3 && !shown(wLeg) ->
     printf("activities/resolve-order.ts conclude | asked: no order of leg %d executed, and none can appear\n", wLeg);
     wAsk = NOBODY; wFound = 0; wKnows = 1; W = W_SETTLE
  :: W == W_SHUT ->
     printf("workflows/sell-leg.ts notSent | the workflow shuts exit %d with a new token\n", wLeg);
     wFor = NOBODY; wResult = R_NOTHING;
     if
     :: permit[wLeg] == TAKEN -> wAsk = grant[wLeg]; W = W_ASK
     :: else ->
        if :: permit[wLeg] == FREE -> token[wLeg] = SHUT :: else fi;
        wFound = 0; W = W_SETTLE;
#ifdef SALE_FORGOTTEN
        wKnows = 0
#else
        wKnows = 1
#endif
     fi
  :: W == W_SETTLE ->
     if
     :: permit[wLeg] != CLOSED ->
        printf("prisma/orders.ts settleLeg | leg %d ends in the record: executed %d; its permit is closed\n", wLeg, wFound);
        recorded[wLeg] = (wFound -> 1 : recorded[wLeg]);
        if :: wLeg == 0 && reservation == RESERVED -> reservation = (wFound -> SPENT : RELEASED) :: else fi;
        CLOSE(wLeg)
     :: else ->
        printf("prisma/orders.ts settleLeg | leg %d had ended: executed %d\n", wLeg, recorded[wLeg])
     fi;
     if
     :: wLeg == 0 -> wHolds = (recordedHeld > 0); wArming = 0
     :: wLeg != 0 && wKnows -> wHolds = (recordedHeld > 0)
     :: else
     fi;
     wFound = 0; wKnows = 0;
     if
     :: !wHolds -> W = W_DONE
     :: wHolds && wLeg < EXITS ->
        assert(recordedHeld > 0);                    /* no endless sale of nothing */
        wLeg++; W = W_ARM;
        printf("workflows/exit-position.ts exitPosition | the workflow holds the position, and will sell as exit %d\n", wLeg)
     :: else -> W = W_HELD
     fi
  fi
}

#define workflowMoves (W != W_DONE && W != W_HELD && W != W_STUCK && \
  !(W == W_START && !canStart) && !(W == W_ASK && !shown(wLeg) && !spent(wLeg) && age[wAsk] != 3))

/* The workflow ends: nothing may be left that it bought. */
#define ended (W != W_DONE || executions[0] == SOLD)

inline copyTemporal() {
  copied = 1;
  cW = W; cArming = wArming; cLeg = wLeg; cFor = wFor; cAsk = wAsk; cResult = wResult;
  cFound = wFound; cGiveUp = wGiveUp; cHolds = wHolds; cKnows = wKnows;
  printf("fault - | a copy of Temporal's file is taken\n")
}

inline restoreTemporal() {
  copied = 0; rollbacks--;
  W = cW; wArming = cArming; wLeg = cLeg; wFor = cFor; wAsk = cAsk; wResult = cResult;
  wFound = cFound; wGiveUp = cGiveUp; wHolds = cHolds; wKnows = cKnows;
  cW = 0; cArming = 0; cLeg = 0; cFor = 0; cAsk = 0; cResult = 0; cFound = 0; cGiveUp = 0; cHolds = 0; cKnows = 0;
  printf("fault - | Temporal is restored from the copy: the workflow is where it was\n")
}

#define canGrow(j) (timed(j) && age[j] < 3 && !(age[j] == 2 && unseenOf(j)))
#define see(a) order[a] != O_NONE && !visible[a] -> visible[a] = 1; orderOf[a] = NOBODY; \
  printf("exchange - | order %d of leg %d becomes visible\n", a % IDS, a / IDS)

active proctype protocol() {
  /* What may go wrong is chosen first, so that a run in which it does not is a run of its own. */
  if :: rollbacks = 0 :: ROLLBACKS > 0 -> rollbacks = ROLLBACKS fi;
  if :: signals = 0 :: SIGNALS > 0 -> signals = 1 fi;
  do
  :: atomic { workflowMoves -> workflow(); assert(ended); decide(); forgetAll() }
#define SENDER(j) :: atomic { moves(j) -> stepOf(j); decide(); forgetAll() } \
  :: atomic { arrives(j) -> arrive(j); forgetAll() } \
  :: atomic { canGrow(j) -> grow(j); forgetAll() }
  SENDER(0)
  SENDER(1)
  SENDER(2)
  SENDER(3)
  :: atomic { see(0) }
  :: atomic { see(1) }
  :: atomic { see(2) }
  :: atomic { see(3) }
  :: atomic { see(4) }
  :: atomic { see(5) }
  :: atomic { signals && wLeg == 0 && W <= W_RESULT -> signals = 0; wGiveUp = 1;
     printf("workflows/trade-state.ts give | the operator gives the listing up\n") }
#ifdef HEAD
  :: atomic { !headDone && wArming == 1 && wLeg == 0 && W <= W_START && canStart -> headStart() }
#endif
  :: atomic { rollbacks > 0 && !copied && W <= W_SHUT -> copyTemporal() }
  :: atomic { rollbacks > 0 && copied -> restoreTemporal(); forgetAll() }
  :: else -> break
  od;
  assert(W == W_DONE || W == W_HELD);        /* every doubt ends, no workflow stands */
  assert(executions[0] == SOLD || W == W_HELD); /* no position without an owner */
  assert(W != W_HELD || executions[0] > SOLD)   /* no owner that sells nothing for ever */
}
