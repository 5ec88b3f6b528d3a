internal import Realtime
